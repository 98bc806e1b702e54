import { formatBytes } from '../../text/bytes.js';
import { quoted } from '../evidence.js';
import { type FactorRule, isShortage } from '../factor.js';
import { ramBytes } from '../ram.js';
import { allowedNodes } from '../request.js';

/** A tenth of memory: less would not have carried the host far. */
const share = 0.1;

/** Huge pages were set aside on the nodes that ran out, and lay idle. */
export const hugePageReservation: FactorRule = {
  factor: 'huge-page-reservation',
  holds(report, context) {
    if (!isShortage(report, context)) return null;
    const nodes = allowedNodes(report);
    const idle = report.hugePages.filter(({ node, free }) => free > 0 && (nodes === null || nodes.includes(node)));
    const bytes = idle.reduce((sum, { free, sizeBytes }) => sum + free * sizeBytes, 0);
    if (bytes === 0 || bytes <= (threshold() ?? 0)) return null;
    return idle.map(({ node, free, total, sizeBytes, quote }) =>
      quoted(quote, `node ${node} keeps ${free} of ${total} huge pages of ${formatBytes(sizeBytes)} idle`),
    );

    /** Where the size of memory is not told: what would have lifted the zones above their high watermarks. */
    function threshold(): number | null {
      const ram = nodes === null || nodes.length !== 1 ? ramBytes(report) : nodeBytes();
      if (ram !== null) return share * ram;
      const high = report.zones.reduce((sum, { highBytes }) => sum + (highBytes ?? 0), 0);
      return high > 0 ? high : 2 ** 30;
    }

    function nodeBytes(): number | null {
      const sizes = report.zones.filter(({ node }) => node === nodes?.[0]).map(({ managedBytes }) => managedBytes);
      const known = sizes.filter((size) => size !== null);
      return known.length > 0 && known.length === sizes.length ? known.reduce((sum, size) => sum + size, 0) : null;
    }
  },
};
