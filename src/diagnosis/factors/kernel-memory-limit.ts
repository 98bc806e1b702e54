import { quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';
import { isAtLimit } from '../limit.js';

/** The separate limit of kernel memory (cgroup v1, until 5.16) was reached. */
export const kernelMemoryLimit: FactorRule = {
  factor: 'kernel-memory-limit',
  holds(report) {
    if (!report.kmem || report.kmem.limitBytes === 0 || isAtLimit(report.kmem) !== true) return null;
    return quotedFact(report, 'kmem', 'the limit of kernel memory was reached');
  },
};
