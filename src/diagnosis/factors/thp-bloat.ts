import { counted, quotedFact } from '../evidence.js';
import { type FactorRule, percent } from '../factor.js';
import { ramBytes } from '../ram.js';

/** Below half, the pages of usual size decide how much is held. */
const share = 0.5;

/**
 * Most anonymous memory lies in huge pages, and they are given unasked (`always`): then a process may hold far more
 * than it touches. The share alone shows no bloat, so that both must be seen.
 */
export const thpBloat: FactorRule = {
  factor: 'thp-bloat',
  holds(report, { cause, host }) {
    if (cause === 'manual' || report.kind !== 'oom-kill' || host?.transparentHugePages?.enabled !== 'always')
      return null;
    const always = counted(
      'transparent_hugepage/enabled: always',
      'huge pages are given to all memory, asked for or not',
    );
    const stats = report.cgroupStats;
    if (report.scope === 'cgroup' && stats) {
      const huge = stats.anon_thp ?? stats.rss_huge;
      const all = stats.anon ?? stats.rss;
      if (huge === undefined || !all || huge < share * all) return null;
      return [
        ...quotedFact(report, 'stats', `${percent(huge / all)} of its anonymous memory was in huge pages`),
        always,
      ];
    }
    const huge = host.meminfo?.AnonHugePages;
    const all = host.meminfo?.AnonPages;
    const ram = ramBytes(report) ?? host.meminfo?.MemTotal;
    if (report.scope === 'cgroup' || huge === undefined || !all || !ram || huge < share * all || huge < 0.1 * ram)
      return null;
    return [
      counted(`AnonHugePages: ${huge / 1024} kB`, `${percent(huge / all)} of anonymous memory is in huge pages now`),
      always,
    ];
  },
};
