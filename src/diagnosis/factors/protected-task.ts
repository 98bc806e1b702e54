import type { Report, TaskReport } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, limitBytes, measured } from '../factor.js';
import { taskName } from '../names.js';
import { ramBytes } from '../ram.js';

/** The largest task has a negative oom_score_adj, and a smaller one that was shielded less was killed for it. */
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
    if (!isShieldedMore(largest, report)) return null;
    const isCgroup = report.scope === 'cgroup';
    const text = `the largest task, ${taskName(largest)} with ${formatBytes(largest.rssBytes!)}, is shielded by its oom_score_adj of ${largest.oomScoreAdj}`;
    return measured(
      quotedFact(report, report.noKillableProcess ? 'no-killable' : 'victim', text),
      largest.rssBytes!,
      { of: isCgroup ? 'limit' : 'ram', wholeBytes: isCgroup ? limitBytes(report) : ramBytes(report) },
      text,
    );
  },
};

/** Where the victim's own is as low, the shield did not decide between them: the largest was dying already, or is a thread. */
function isShieldedMore({ oomScoreAdj }: TaskReport, { victims, tasks }: Report): boolean {
  const [victim] = victims;
  if (!victim) return true;
  const own = victim.oomScoreAdj ?? tasks.find(({ pid }) => pid === victim.pid)?.oomScoreAdj ?? null;
  return own === null || own > oomScoreAdj!;
}
