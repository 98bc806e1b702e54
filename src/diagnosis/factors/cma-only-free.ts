import { formatBytes } from '../../text/bytes.js';
import { quoted } from '../evidence.js';
import { type FactorRule, isHostWide, measured } from '../factor.js';
import { populated, usableZones } from '../zones.js';

/** Half of what is free: then the free memory of a zone is mostly of no use to a request that may not have CMA pages. */
const share = 0.5;

export const cmaOnlyFree: FactorRule = {
  factor: 'cma-only-free',
  holds(report, context) {
    if (!isHostWide(report, context)) return null;
    const zones = usableZones(report)
      .filter(({ onlyCma }) => onlyCma)
      .map(({ zone }) => zone);
    // Without the flags of the request: kernels from 6.0 on print no zones above the one it asked for.
    const unknown = report.trigger?.gfpMask ? [] : populated(report.zones).filter(isCma);
    const found = zones.length > 0 ? zones : context.cause === 'global-memory' ? unknown : [];
    if (found.length === 0) return null;
    const evidence = found.map((zone) =>
      quoted(
        zone.quote,
        `${formatBytes(zone.freeCmaBytes!)} of ${formatBytes(zone.freeBytes)} free are CMA pages, kept for movable memory and devices`,
      ),
    );
    const bytes = found.reduce((sum, { freeCmaBytes }) => sum + freeCmaBytes!, 0);
    const wholeBytes = found.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
    return measured(evidence, bytes, { of: 'zone', wholeBytes }, evidence.map(({ shows }) => shows).join('; '));
  },
};

function isCma({
  freeBytes,
  freeCmaBytes,
  minBytes,
}: {
  freeBytes: number;
  freeCmaBytes: number | null;
  minBytes: number | null;
}) {
  if (freeCmaBytes === null || minBytes === null) return false;
  return freeCmaBytes > share * freeBytes && freeBytes > minBytes && freeBytes - freeCmaBytes <= minBytes;
}
