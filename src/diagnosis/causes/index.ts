import type { Report } from '../../kernel-log/report.js';
import type { Cause } from '../../schemas/diagnosis.js';
import type { CauseRule, Verdict } from '../cause.js';
import { unknownEvidence, unknownSummary } from '../unknown.js';
import { cgroupLimit } from './cgroup-limit.js';
import { fragmentation } from './fragmentation.js';
import { globalMemory } from './global-memory.js';
import { manual } from './manual.js';
import { memoryNode } from './memory-node.js';
import { parentCgroupLimit } from './parent-cgroup-limit.js';

/** In order of belief: what the kernel stated, then what the arithmetic proves. The first that holds is the cause. */
export const causes: CauseRule[] = [manual, cgroupLimit, parentCgroupLimit, memoryNode, fragmentation, globalMemory];

export interface Judgement extends Verdict {
  cause: Cause;
  summary: string;
}

export function judge(report: Report): Judgement {
  for (const rule of causes) {
    const verdict = rule.judge(report);
    if (verdict) return { cause: rule.cause, ...verdict, summary: rule.summary(report) };
  }
  return { cause: 'unknown', confidence: 'low', evidence: unknownEvidence(report), summary: unknownSummary(report) };
}
