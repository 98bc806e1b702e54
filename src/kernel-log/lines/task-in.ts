import type { Draft } from '../draft.js';
import type { Quote } from '../report.js';
import type { LineKind } from './line.js';

/** mm/memcontrol.c mem_cgroup_print_oom_info(), up to 4.20. `limit of host` is Alibaba Cloud Linux's for a global kill. */
export const taskIn: LineKind = {
  name: 'task-in',
  role: 'body',
  oomOnly: true,
  read(message) {
    const match = /^Task in ([\s\S]{1,4096}?) killed as a result of limit of ([\s\S]{0,4096})$/.exec(message);
    if (match) {
      return {
        slot: 'task-in',
        apply(draft, quote) {
          const task = match[1]!.trim();
          draft.report.taskCgroup = task.startsWith('/') ? task : null;
          limitOf(draft, match[2]!.trim(), quote);
        },
      };
    }
    // where another line came between, the first half and the second stand alone
    const first = /^Task in (\/[\s\S]{0,4096})$/.exec(message);
    if (first) {
      return {
        slot: 'task-in-first',
        apply({ report }) {
          report.taskCgroup = first[1]!.trim();
        },
      };
    }
    const second = /^(?:killed as a result of limit of|Memory limit reached of cgroup) (\S[\s\S]{0,4096})$/.exec(
      message,
    );
    return second ? { slot: 'task-in', apply: (draft, quote) => limitOf(draft, second[1]!.trim(), quote) } : null;
  },
};

function limitOf({ report }: Draft, limit: string, quote: Quote): void {
  report.quotes['task-in'] = quote;
  if (limit.startsWith('/')) {
    report.limitCgroup = limit;
    report.scope = 'cgroup';
    report.constraint = 'memcg';
  } else if (limit === 'host') report.scope = 'global';
}
