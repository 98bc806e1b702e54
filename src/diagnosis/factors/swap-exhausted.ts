import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, isShortage, measured } from '../factor.js';

/** One part in a hundred left is as good as none: swap is handed out in clusters, and the last ones are scattered. */
const left = 0.01;

export const swapExhausted: FactorRule = {
  factor: 'swap-exhausted',
  holds(report, context) {
    const { swapTotalBytes: total, swapFreeBytes: free } = report;
    if (!isShortage(report, context) || !total || free === null || free > left * total) return null;
    const text = `${formatBytes(free)} of ${formatBytes(total)} of swap were free`;
    return measured(quotedFact(report, 'swap-free', text), total - free, { of: 'swap', wholeBytes: total }, text);
  },
};
