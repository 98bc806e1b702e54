import { formatList } from '../../text/lists.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, isHostWide, shown } from '../factor.js';

/**
 * The task's own policy (mbind, numactl) kept it to some nodes: stated, or a nodemask that its cpuset does not explain.
 * 4.10 to 4.13 print the cpuset's nodes as nodemask where the request had none (dump_header of mm/oom_kill.c), so that only
 * a mask unlike them counts.
 */
export const memoryPolicy: FactorRule = {
  factor: 'memory-policy',
  holds(report, context) {
    if (report.constraint === 'memory-policy') {
      const text = "the kernel states that the task's own memory policy bound it";
      return shown(quotedFact(report, 'constraint', text), text);
    }
    const { nodemask, memsAllowed } = report;
    if (!isHostWide(report, context) || report.constraint !== null || !nodemask) return null;
    const bound = memsAllowed ? formatList(nodemask) !== formatList(memsAllowed) : context.cause === 'memory-node';
    if (!bound) return null;
    const text = `the request itself was bound to node ${formatList(nodemask)}`;
    return shown(quotedFact(report, 'header', text), text);
  },
};
