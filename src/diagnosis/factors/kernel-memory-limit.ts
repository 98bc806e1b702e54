import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, type Finding, measured, shown } from '../factor.js';
import { isSince } from '../release.js';
import { requestOf } from '../request.js';

/** Kernel objects are charged a few pages at a time, so that less room than this is left at its limit. */
const roomBytes = 2 ** 17;

/** The separate limit of kernel memory (cgroup v1, until 5.16) was reached. */
export const kernelMemoryLimit: FactorRule = {
  factor: 'kernel-memory-limit',
  holds(report) {
    return reached(report) ?? refused(report);
  },
};

function reached(report: Report): Finding | null {
  const limit = report.kmem?.limitBytes;
  const usage = report.kmem?.usageBytes ?? null;
  if (typeof limit !== 'number' || limit === 0 || usage === null) return null;
  if (usage < limit - Math.max(0.01 * limit, roomBytes)) return null;
  const evidence = quotedFact(report, 'kmem', 'the limit of kernel memory was reached');
  const text = `kernel memory was at its own limit of ${formatBytes(limit)}`;
  return measured(evidence, usage, { of: 'limit', wholeBytes: limit }, text);
}

/**
 * A page fault that ends in the killer without any request (pagefault_out_of_memory), right after the kernel was refused
 * memory on behalf of a cgroup. From 4.19 on a cgroup's own limit would have killed first, so that the limit of its
 * kernel memory alone refuses without a kill.
 */
function refused(report: Report): Finding | null {
  const isFault = requestOf(report).pageFault && report.scope !== 'cgroup' && report.constraint !== 'memcg';
  if (!isFault || !report.quotes.refusal || isSince(report.kernel, 4, 19) !== true) return null;
  const text = 'the kernel was refused memory for its own objects on behalf of a cgroup';
  return shown(quotedFact(report, 'refusal', text), text);
}
