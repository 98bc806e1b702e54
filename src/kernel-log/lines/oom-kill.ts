import { parseList } from '../../text/lists.js';
import { toNumber } from '../numbers.js';
import type { Constraint } from '../report.js';
import { isComm, type LineKind } from './line.js';

const constraints: Record<string, Constraint> = {
  CONSTRAINT_NONE: 'none',
  CONSTRAINT_MEMCG: 'memcg',
  CONSTRAINT_CPUSET: 'cpuset',
  CONSTRAINT_MEMORY_POLICY: 'memory-policy',
};

/**
 * `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x,pid=1,uid=0`
 * (mm/oom_kill.c dump_oom_summary, 5.0 on). Names may hold commas, so each value ends where the next known key begins;
 * the value at which a line was cut is not taken.
 */
export const oomKill: LineKind = {
  name: 'oom-kill',
  role: 'body',
  oomOnly: true,
  read(message) {
    const match = /^oom-kill: ?constraint=(CONSTRAINT_\w{1,40})(?:,|$)/.exec(message);
    if (!match) return null;
    const rest = `,${message.slice(match[0].length)}`.replace(/,\s+/g, ',');
    const tail = lastTask(rest);
    return {
      slot: 'constraint',
      ...(tail ? { pid: tail.pid } : {}),
      apply(draft, quote) {
        const { report } = draft;
        const word = match[1]!;
        report.quotes.constraint = quote;
        report.constraint = constraints[word] ?? null;
        report.constraintText = word in constraints ? null : word;
        const names = rest.slice(0, tail?.start ?? rest.length);
        report.cpusetName ??= between(names, ',cpuset=', /,mems_allowed=/);
        report.memsAllowed ??= listOf(/,mems_allowed=(\d[\d,-]{0,200}?)(?=,[a-z]|$)/.exec(names)?.[1]);
        report.nodemask ??= listOf(/^,nodemask=(\d[\d,-]{0,200}?)(?=,[a-z]|$)/.exec(names)?.[1]);
        const global = /,global_oom(?:,task_memcg=|$)/.exec(names);
        const owner = /,mems_allowed=\d?[\d,-]{0,200},oom_memcg=/.exec(names) ?? /,oom_memcg=/.exec(names);
        if (owner) {
          report.scope = 'cgroup';
          // 5.0 and 5.1 print a constraint that was not worked out yet (oc->constraint is set too late for a cgroup's)
          if (report.constraint === 'none') report.constraint = 'memcg';
          const limit = between(names.slice(owner.index), ',oom_memcg=', /,task_memcg=/);
          report.limitCgroup = limit ?? report.limitCgroup;
        } else if (global) report.scope = 'global';
        if (tail) {
          report.taskCgroup = after(names.slice((owner ?? global)?.index ?? 0), ',task_memcg=') ?? report.taskCgroup;
          draft.expected = { pid: tail.pid, comm: tail.comm, uid: tail.uid };
        }
      },
    };
  },
};

/** The line's end: `,task=COMM,pid=1,uid=0`. A name may itself hold `,task=`: the earliest that leaves a process's name. */
function lastTask(rest: string): { start: number; comm: string; pid: number; uid: number | null } | null {
  const end = /,pid= {0,5}(\d{1,10})(?:,uid= {0,5}(-?\d{1,10}))?$/.exec(rest);
  if (!end) return null;
  for (let start = rest.indexOf(',task='); start >= 0 && start < end.index; start = rest.indexOf(',task=', start + 1)) {
    const comm = rest.slice(start + 6, end.index);
    if (comm.length <= 64 && isComm(comm)) return { start, comm, pid: Number(end[1]), uid: toNumber(end[2]) };
  }
  return null;
}

function between(text: string, from: string, to: RegExp): string | null {
  const start = text.indexOf(from);
  if (start < 0) return null;
  const rest = text.slice(start + from.length);
  const end = to.exec(rest);
  return end && end.index > 0 ? rest.slice(0, end.index) : null;
}

function after(text: string, from: string): string | null {
  const start = text.indexOf(from);
  return start < 0 ? null : text.slice(start + from.length) || null;
}

const listOf = (text: string | undefined) => (text === undefined ? null : parseList(text.replace(/[,-]+$/, '')));
