import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, isShortage, limitBytes, percent } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';

/** Page tables are about a five-hundredth of what they map; a tenth of memory means many maps of the same pages. */
const share = 0.1;

export const pageTables: FactorRule = {
  factor: 'page-tables',
  holds(report, context) {
    if (report.scope === 'cgroup') {
      const held = report.cgroupStats?.pagetables;
      const limit = limitBytes(report);
      if (held === undefined || limit === null || held <= share * limit) return null;
      return quotedFact(report, 'stats', `page tables held ${percent(held / limit)} of the limit`);
    }
    const held = memInfoBytes(report, 'pagetables');
    const ram = ramBytes(report);
    if (!isShortage(report, context) || held === null || ram === null || held <= share * ram) return null;
    return quotedFact(report, 'mem-info', `page tables held ${formatBytes(held)}, ${percent(held / ram)} of memory`);
  },
};
