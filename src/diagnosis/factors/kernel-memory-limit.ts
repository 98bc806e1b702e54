import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, measured } from '../factor.js';

/** Kernel objects are charged a few pages at a time, so that less room than this is left at its limit. */
const roomBytes = 2 ** 17;

/** The separate limit of kernel memory (cgroup v1, until 5.16) was reached. */
export const kernelMemoryLimit: FactorRule = {
  factor: 'kernel-memory-limit',
  holds(report) {
    const limit = report.kmem?.limitBytes;
    const usage = report.kmem?.usageBytes ?? null;
    if (typeof limit !== 'number' || limit === 0 || usage === null) return null;
    if (usage < limit - Math.max(0.01 * limit, roomBytes)) return null;
    const evidence = quotedFact(report, 'kmem', 'the limit of kernel memory was reached');
    const text = `kernel memory was at its own limit of ${formatBytes(limit)}`;
    return measured(evidence, usage, { of: 'limit', wholeBytes: limit }, text);
  },
};
