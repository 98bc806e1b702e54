import { quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';
import { isAtLimit } from '../limit.js';

/** The cgroup may not swap, or no more: its limit of swap is 0 or used up (v1: memory and swap together are as memory alone). */
export const swapLimit: FactorRule = {
  factor: 'swap-limit',
  holds(report) {
    if (report.scope !== 'cgroup') return null;
    const { swapCharge, memorySwap, memory } = report;
    if (swapCharge?.limitBytes === 0) return quotedFact(report, 'swap', 'the cgroup may not swap');
    if (typeof swapCharge?.limitBytes === 'number' && isAtLimit(swapCharge)) {
      return quotedFact(report, 'swap', 'the cgroup used up its limit of swap');
    }
    const together = memorySwap?.limitBytes;
    if (typeof together !== 'number' || typeof memory?.limitBytes !== 'number') return null;
    if (together > memory.limitBytes && !isAtLimit(memorySwap)) return null;
    return quotedFact(report, 'memory+swap', 'its limit of memory and swap together leaves no more swap');
  },
};
