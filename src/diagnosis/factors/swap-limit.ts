import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, type Finding, measured, shown } from '../factor.js';
import { isAtLimit } from '../limit.js';

/**
 * The cgroup may not swap, or no more: its limit of swap is 0 or used up (v1: memory and swap together are as memory
 * alone). Where memory itself had no limit, swap made no difference.
 */
export const swapLimit: FactorRule = {
  factor: 'swap-limit',
  holds(report, { cause }) {
    if (report.scope !== 'cgroup' || report.memory?.limitBytes === 'max' || cause === 'manual') return null;
    return ofSwap(report) ?? ofBoth(report);
  },
};

function ofSwap(report: Report): Finding | null {
  const { swapCharge } = report;
  if (swapCharge?.limitBytes === 0) {
    const text = 'the cgroup may not swap';
    return shown(quotedFact(report, 'swap', text), text);
  }
  if (typeof swapCharge?.limitBytes !== 'number' || !isAtLimit(swapCharge)) return null;
  const { limitBytes, usageBytes } = swapCharge;
  const evidence = quotedFact(report, 'swap', 'the cgroup used up its limit of swap');
  const text = `the cgroup used up its limit of swap, ${formatBytes(limitBytes)}`;
  return measured(evidence, usageBytes ?? limitBytes, { of: 'swap', wholeBytes: limitBytes }, text);
}

function ofBoth(report: Report): Finding | null {
  const { memorySwap, memory } = report;
  const together = memorySwap?.limitBytes;
  if (typeof together !== 'number' || typeof memory?.limitBytes !== 'number') return null;
  if (together > memory.limitBytes && !isAtLimit(memorySwap)) return null;
  const text = 'its limit of memory and swap together leaves no more swap';
  return shown(quotedFact(report, 'memory+swap', text), text);
}
