import type { CauseRule } from '../cause.js';
import { isProperAncestor } from '../cgroup-path.js';
import { quotedFact } from '../evidence.js';
import { limitInWords, limitReached, statedLimit } from '../limit.js';
import { killedClause } from '../names.js';

/** A cgroup above the killed task's reached its limit: the kernel names two cgroups, one the ancestor of the other. */
export const parentCgroupLimit: CauseRule = {
  cause: 'parent-cgroup-limit',
  judge(report) {
    const stated = statedLimit(report);
    if (stated === null || !isProperAncestor(stated.limit, stated.task)) return null;
    const reached = limitReached(report);
    if (reached === null) return null;
    const shows = `the limit that was hit is that of ${stated.limit}, above the task's cgroup ${stated.task}`;
    return {
      confidence: reached.confidence,
      evidence: [
        ...quotedFact(report, 'constraint', shows),
        ...quotedFact(report, 'task-in', shows),
        ...(report.taskCgroup === null ? quotedFact(report, 'oom-group', shows) : []),
        ...reached.evidence,
      ],
    };
  },
  summary(report) {
    const task = statedLimit(report)?.task ?? 'the task';
    return `${report.limitCgroup}, above ${task}, reached its limit${limitInWords(report)}${killedClause(report)}`;
  },
};
