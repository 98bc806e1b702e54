import { freeBlocksFrom } from '../actions/free-blocks.js';
import type { Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { mlockedInTheWay } from './mlocked.js';
import type { IncidentFacts, RemedyMaker } from './remedy.js';

export const compactMemory: RemedyMaker = {
  playbook: 'compact-memory',
  causes: ['fragmentation'],
  propose(incident, { host }) {
    const order = incident.trigger?.order ?? null;
    const node = shortNode(incident, host);
    const where = node === null ? "the host's memory" : `the memory of node ${node}`;
    const size =
      order === null
        ? 'the size asked for'
        : `order ${order} (${formatBytes((host?.pageSizeBytes ?? 4096) * 2 ** order)})`;
    const sentences = [`There was free memory, but not in blocks of ${size}`];
    if (host && order !== null) sentences.push(blocksNow(host, node, order));
    if (host) sentences.push(...loadNow(host));
    const locked = host && mlockedInTheWay(host, incident);
    if (locked) sentences.push(`${locked} lie between: first the kernel is allowed to move them`);
    sentences.push('It stalls while it moves pages: best in a quiet hour');
    return {
      remedy: {
        title: `Compact ${where}`,
        parameters: {
          ...(node === null ? {} : { node }),
          ...(order !== null && order >= 1 && order <= 20 ? { order } : {}),
          ...(locked ? { unevictable: 1 } : {}),
        },
        why: `${sentences.filter(Boolean).join('. ')}.`,
      },
      note: null,
    };
  },
};

/** The one node that lacked blocks: its own `compact` file is gentler than all zones at once. Null: all of them. */
function shortNode({ freeBlocks, nodes }: IncidentFacts, host: Host | null): number | null {
  if (host && host.memoryNodes.length < 2) return null;
  const seen = [...new Set(freeBlocks.length > 0 ? freeBlocks.map(({ node }) => node) : (nodes ?? []))];
  const node = seen.length === 1 ? seen[0]! : null;
  // a log of elsewhere may say anything: no kernel has more nodes (MAX_NUMNODES)
  return node !== null && (host ? host.memoryNodes.includes(node) : node <= 1023) ? node : null;
}

function blocksNow(host: Host, node: number | null, order: number): string {
  const blocks = freeBlocksFrom(host, node === null ? host.memoryNodes : [node])?.[order];
  return blocks === undefined ? '' : `${blocks} blocks of that order could be had now`;
}

function loadNow({ pressure, loadAverage, cpuCount }: Host): string[] {
  const parts: string[] = [];
  if (pressure.memory) parts.push(`memory pressure is ${pressure.memory.someAvg60}% over the last minute`);
  if (loadAverage) parts.push(`the load is ${loadAverage[0]}${cpuCount === null ? '' : ` on ${cpuCount} processors`}`);
  const text = parts.join(', ');
  return text === '' ? [] : [text.charAt(0).toUpperCase() + text.slice(1)];
}
