import type { Host } from '../../host/host.js';
import type { Report } from '../../kernel-log/report.js';
import { kernelBytes, statsOf } from '../balance/cgroup-parts.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, heldNow, heldText, isShortage, limitBytes, measured } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';

/** Page tables are about a five-hundredth of what they map; a tenth of memory means many maps of the same pages. */
const share = 0.1;

export const pageTables: FactorRule = {
  factor: 'page-tables',
  holds(report, context) {
    const isCgroup = report.scope === 'cgroup';
    if (!isCgroup && !isShortage(report, context)) return null;
    const told = isCgroup ? statsOf(report)('pagetables') : memInfoBytes(report, 'pagetables');
    const held = told ?? ofTasks(report);
    if (!isCgroup && held === null) {
      const bytes = ({ meminfo }: Host) => meminfo?.PageTables ?? null;
      return heldNow(report, context, { what: 'page tables hold', key: 'PageTables', bytes, share });
    }
    const wholeBytes = isCgroup ? limitBytes(report) : ramBytes(report);
    if (held === null || wholeBytes === null || held <= share * wholeBytes) return null;
    const whole = { of: isCgroup ? 'limit' : 'ram', wholeBytes } as const;
    const key = told === null ? (isCgroup ? 'memory' : 'victim') : isCgroup ? 'stats' : 'mem-info';
    const text = heldText(told === null ? 'page tables of the tasks held' : 'page tables held', held, whole);
    return measured(quotedFact(report, key, text), held, whole, text);
  },
};

/**
 * Where no counter of them was printed, the tasks' own tell. A cgroup's kernel memory is charged to it from 4.6 on
 * only where it is counted at all, so that its sum must hold them.
 */
function ofTasks(report: Report): number | null {
  const told = report.tasks.flatMap(({ pageTableBytes }) => pageTableBytes ?? []);
  const sum = told.reduce((total, bytes) => total + bytes, report.tasksLeftOut.pageTableBytes);
  if (told.length === 0) return null;
  const kernel = kernelBytes(report);
  return report.scope === 'cgroup' && (kernel === null || kernel < sum) ? null : sum;
}
