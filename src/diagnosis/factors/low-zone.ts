import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quoted } from '../evidence.js';
import { type FactorRule, type Finding, measured } from '../factor.js';
import { freeElsewhereBytes, ramBytes } from '../ram.js';
import { allowedNodes, requestOf, zoneRank } from '../request.js';
import { hidesHigher, populated } from '../zones.js';

/** Where the zones that were printed hold more than this of memory, what lies above them is no way out. */
const most = 0.75;

/** Only zones that the request could use were short: higher ones, which it could not, had memory. */
export const lowZone: FactorRule = {
  factor: 'low-zone',
  holds(report, { cause }) {
    const { highestZone } = requestOf(report);
    if (cause !== 'global-memory') return null;
    const nodes = allowedNodes(report);
    const higher = populated(report.zones).filter(
      ({ node, name, freeBytes, minBytes }) =>
        highestZone !== null &&
        (nodes === null || nodes.includes(node)) &&
        zoneRank(name) > highestZone &&
        minBytes !== null &&
        freeBytes > minBytes,
    );
    if (higher.length > 0) {
      const evidence = higher.map(({ node, name, freeBytes, quote }) =>
        quoted(quote, `node ${node} ${name} had ${formatBytes(freeBytes)} free, which the request could not use`),
      );
      const bytes = higher.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
      const text = `${formatBytes(bytes)} were free in zones that the request could not use`;
      return measured(evidence, bytes, { of: 'ram', wholeBytes: ramBytes(report) }, text);
    }
    return hidden(report);
  },
};

/** Newer kernels leave out the zones that the request could not use, and a reserve still tells of them. */
function hidden(report: Report): Finding | null {
  const low = report.zones.find((zone) => hidesHigher(zone, report));
  const ram = ramBytes(report);
  const printed = report.zones.reduce((sum, { managedBytes }) => sum + (managedBytes ?? 0), 0);
  if (!low || ram === null || printed === 0 || printed > most * ram) return null;
  const elsewhere = freeElsewhereBytes(report);
  const high = report.zones.reduce((sum, { highBytes }) => sum + (highBytes ?? 0), 0);
  if (elsewhere !== null && elsewhere <= high) return null;
  const above = `only zones up to node ${low.node} ${low.name} could be used: ${formatBytes(ram - printed)} of memory lie above`;
  return measured([quoted(low.quote, above)], ram - printed, { of: 'ram', wholeBytes: ram }, above);
}
