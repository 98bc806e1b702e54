import { formatBytes } from '../../text/bytes.js';
import { quoted, quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';
import { freeElsewhereBytes, ramBytes } from '../ram.js';
import { allowedNodes, requestOf, zoneRank } from '../request.js';
import { populated } from '../zones.js';

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
      return higher.map(({ node, name, freeBytes, quote }) =>
        quoted(quote, `node ${node} ${name} had ${formatBytes(freeBytes)} free, which the request could not use`),
      );
    }
    // Newer kernels leave out the zones that the request could not use: what is free on the host and in no printed zone of
    // a host with one node lies in them.
    const elsewhere = freeElsewhereBytes(report);
    const printed = report.zones.reduce((sum, { managedBytes }) => sum + (managedBytes ?? 0), 0);
    const ram = ramBytes(report);
    const high = report.zones.reduce((sum, zone) => sum + (zone.highBytes ?? 0), 0);
    const oneNode = report.memsAllowed === null || report.memsAllowed.join() === '0';
    const hidden = ram !== null && printed > 0 && printed < 0.75 * ram;
    if (!oneNode || !hidden || elsewhere === null || high === 0 || elsewhere <= high) return null;
    return quotedFact(
      report,
      'mem-info',
      `${formatBytes(elsewhere)} were free in zones that the request could not use`,
    );
  },
};
