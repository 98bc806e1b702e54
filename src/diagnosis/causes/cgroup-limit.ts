import type { CauseRule } from '../cause.js';
import { quotedFact } from '../evidence.js';
import { limitInWords, limitReached, statedLimit } from '../limit.js';
import { killedClause } from '../names.js';

/** The cgroup of the killed task reached its own limit: the kernel names one cgroup as both. */
export const cgroupLimit: CauseRule = {
  cause: 'cgroup-limit',
  judge(report) {
    const stated = statedLimit(report);
    if (stated === null || stated.limit !== stated.task) return null;
    const reached = limitReached(report);
    if (reached === null) return null;
    const shows = `the limit that was hit is the task's own cgroup's, ${stated.limit}`;
    return {
      confidence: reached.confidence,
      evidence: [
        ...quotedFact(report, 'constraint', shows),
        ...quotedFact(report, 'task-in', shows),
        ...reached.evidence,
      ],
    };
  },
  summary(report) {
    return `${report.limitCgroup} reached its own limit${limitInWords(report)}${killedClause(report)}`;
  },
};
