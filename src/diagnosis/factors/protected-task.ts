import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';
import { taskName } from '../names.js';

/** The largest task has a negative oom_score_adj and outlived a smaller one. */
export const protectedTask: FactorRule = {
  factor: 'protected-task',
  holds(report) {
    if (report.kind !== 'oom-kill' || report.oomKillAllocatingTask) return null;
    const sized = report.tasks.filter(({ rssBytes }) => rssBytes !== null);
    const largest = sized.reduce((a, b) => (b.rssBytes! > (a?.rssBytes ?? -1) ? b : a), sized[0]);
    if (!largest || (largest.oomScoreAdj ?? 0) >= 0 || largest.rssBytes === 0) return null;
    if (report.victims.length === 0 && !report.noKillableProcess) return null;
    // A child is killed in its parent's place, and threads share what they hold: the victim's name tells either.
    if (report.victims.some(({ pid, comm }) => pid === largest.pid || pid === largest.tgid || comm === largest.comm))
      return null;
    return quotedFact(
      report,
      report.noKillableProcess ? 'no-killable' : 'victim',
      `the largest task, ${taskName(largest)} with ${formatBytes(largest.rssBytes!)}, is shielded by its oom_score_adj of ${largest.oomScoreAdj}`,
    );
  },
};
