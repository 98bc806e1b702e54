import { quotedFact } from '../evidence.js';
import { type FactorRule, isShortage } from '../factor.js';

/** Without swap, the memory of processes can only be kept or killed for. */
export const noSwap: FactorRule = {
  factor: 'no-swap',
  holds(report, context) {
    if (!isShortage(report, context) || report.swapTotalBytes !== 0) return null;
    return quotedFact(report, 'swap-total', 'the host has no swap');
  },
};
