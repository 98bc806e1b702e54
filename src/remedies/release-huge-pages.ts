import type { Host, HugePagePool } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { nodeMemory } from './nodes.js';
import type { IncidentFacts, RemedyMaker } from './remedy.js';

/** Idle huge pages are worth a proposal where they hold this share of their node. */
const worthReleasing = 0.02;
/** What a release should give back: this share of the node, and what it lacks to its high watermark. */
const worthHaving = 0.1;

export const releaseHugePages: RemedyMaker = {
  playbook: 'release-huge-pages',
  causes: ['memory-node', 'global-memory'],
  propose(incident, { host }) {
    if (!host) {
      const held = incident.factors.includes('huge-page-reservation');
      return {
        remedy: null,
        note: held ? 'Idle huge pages held memory: look at nr_hugepages and free_hugepages on the host.' : null,
      };
    }
    const pool = largestIdle(host, incident);
    if (!pool) return { remedy: null, note: null };
    const { node, sizeBytes, total } = pool;
    const idle = idlePages(host, pool);
    const memory = memoryOf(host, node);
    const lack = Math.max(0, memory.highBytes - memory.freeBytes);
    const released = Math.min(idle, Math.ceil((lack + memory.managedBytes * worthHaving) / sizeBytes));
    if (idle * sizeBytes < memory.managedBytes * worthReleasing || released < 1) return { remedy: null, note: null };
    const size = formatBytes(sizeBytes);
    const where = node === null ? '' : ` of node ${node}`;
    return {
      remedy: {
        title: `Release ${released} of ${idle} idle ${size} huge pages${where}`,
        parameters: { ...(node === null ? {} : { node }), size: sizeBytes, count: total - released },
        why: `${idle} of the ${total} huge pages of ${size}${where} are idle and hold ${formatBytes(idle * sizeBytes)}; ${formatBytes(released * sizeBytes)} of that comes back, the pages in use stay. Whoever reserved them may want them later.`,
      },
      note: null,
    };
  },
};

/** Of the nodes that were short: for a global kill any node, for a cpuset its nodes. */
function largestIdle(host: Host, { cause, nodes }: IncidentFacts): HugePagePool | null {
  const pools = host.hugePages.filter(
    (pool) =>
      idlePages(host, pool) > 0 &&
      (cause === 'global-memory' || pool.node === null || nodes === null || nodes.includes(pool.node)),
  );
  const held = (pool: HugePagePool) => idlePages(host, pool) * pool.sizeBytes;
  return pools.sort((a, b) => held(b) - held(a))[0] ?? null;
}

/**
 * Free, less what is promised to a mapping that has not touched it yet (HugePages_Rsvd, told for the default size and
 * the whole host only: taken off each of its pools), less surplus, which is no part of the pool that nr_hugepages sets.
 */
function idlePages(host: Host, { sizeBytes, free, surplus, total }: HugePagePool): number {
  const reserved = host.meminfo?.Hugepagesize === sizeBytes ? (host.meminfo.HugePages_Rsvd ?? 0) : 0;
  return Math.max(0, Math.min(free - reserved - (surplus ?? 0), total));
}

function memoryOf(host: Host, node: number | null) {
  const nodes = nodeMemory(host).filter((memory) => node === null || memory.node === node);
  return nodes.reduce(
    (sum, memory) => ({
      freeBytes: sum.freeBytes + memory.freeBytes,
      highBytes: sum.highBytes + memory.highBytes,
      managedBytes: sum.managedBytes + memory.managedBytes,
    }),
    { freeBytes: 0, highBytes: 0, managedBytes: 0 },
  );
}
