import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { partsOf } from '../balance/index.js';
import { counted, quotedFact } from '../evidence.js';
import { type FactorContext, type FactorRule, type Finding, isShortage, measured, shown } from '../factor.js';
import { isSurelyHere } from '../place.js';
import { ramBytes } from '../ram.js';

/** Without swap, the memory of processes can only be kept or killed for. */
export const noSwap: FactorRule = {
  factor: 'no-swap',
  holds(report, context) {
    if (!isShortage(report, context)) return null;
    if (report.swapTotalBytes === null) return now(report, context);
    if (report.swapTotalBytes !== 0) return null;
    const evidence = quotedFact(report, 'swap-total', 'the host has no swap');
    const held = partsOf(report)
      .filter(({ name }) => name === 'anonymous' || name === 'shared-memory')
      .reduce((sum, { bytes }) => sum + bytes, 0);
    if (held === 0) return shown(evidence, 'the host has no swap');
    const text = `the host has no swap, so that ${formatBytes(held)} of processes and shared memory could not move out`;
    return measured(evidence, held, { of: 'ram', wholeBytes: ramBytes(report) }, text);
  },
};

function now(report: Report, { host }: FactorContext): Finding | null {
  if (host === null || !isSurelyHere(report, host) || host.swaps?.length !== 0) return null;
  return shown([counted('/proc/swaps: none', 'the host has no swap now')], 'the host has no swap now');
}
