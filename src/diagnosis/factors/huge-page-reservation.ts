import type { Host } from '../../host/host.js';
import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quoted } from '../evidence.js';
import { type FactorRule, heldNow, isShortage, measured, percent } from '../factor.js';
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
    const node = nodes?.length === 1 ? nodes[0]! : null;
    const wholeBytes = node === null ? ramBytes(report) : nodeBytes(report, node);
    // the kernel prints the pools beside Mem-Info, so that without either nothing was told of them
    if (report.hugePages.length === 0) {
      const what = 'huge pages set aside and idle take';
      return heldNow(report, context, { what, key: 'huge pages, idle', bytes: idleNow, share });
    }
    if (bytes === 0 || bytes <= (wholeBytes === null ? enoughBytes(report) : share * wholeBytes)) return null;
    const evidence = idle.map(({ node: own, free, total, sizeBytes, quote }) =>
      quoted(quote, `node ${own} keeps ${free} of ${total} huge pages of ${formatBytes(sizeBytes)} idle`),
    );
    const whose = node === null ? 'memory' : `node ${node}`;
    const part = wholeBytes === null ? '' : `, ${percent(bytes / wholeBytes)} of ${whose}`;
    const text = `huge pages set aside and idle took ${formatBytes(bytes)}${part}`;
    return measured(evidence, bytes, { of: node === null ? 'ram' : 'zone', wholeBytes }, text);
  },
};

/** Where the size of memory is not told: what would have lifted the zones above their high watermarks. */
function enoughBytes({ zones }: Report): number {
  const high = zones.reduce((sum, { highBytes }) => sum + (highBytes ?? 0), 0);
  return high > 0 ? high : 2 ** 30;
}

function nodeBytes({ zones }: Report, node: number): number | null {
  const sizes = zones.filter((zone) => zone.node === node).map(({ managedBytes }) => managedBytes);
  const known = sizes.filter((size) => size !== null);
  return known.length > 0 && known.length === sizes.length ? known.reduce((sum, size) => sum + size, 0) : null;
}

function idleNow({ hugePages }: Host): number {
  return hugePages.reduce((sum, { free, sizeBytes }) => sum + free * sizeBytes, 0);
}
