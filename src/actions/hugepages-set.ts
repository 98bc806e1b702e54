import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host, HugePagePool } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import { formatBytes } from '../text/bytes.js';
import type { Action, Change } from './action.js';
import { integerSchema, sizeSchema } from './arguments.js';
import { hostReserveBytes } from './host-reserve.js';

export interface HugePagesWith {
  /** the kernel's one pool without: kernels without nodes */
  node?: number;
  size: number;
  count: number;
}

const countSchema = integerSchema(0, 2 ** 31 - 1);

export const hugePagesSet: Action<HugePagesWith, { count: number }> = {
  name: 'hugepages.set',
  summary: 'Gives free huge pages of a node back to the host: only fewer than now, only free ones.',
  with: z.strictObject({ node: integerSchema(0, 1023).optional(), size: sizeSchema, count: countSchema }),
  was: z.strictObject({ count: countSchema }),
  reversible: true,
  lowestRisk: () => 'medium',

  plan(args, host) {
    const pool = found(args, host);
    const was = { count: pool.total };
    if (pool.total === args.count) return { changes: [], was, guards: [], unknowns: [] };
    const [before, after] = [String(pool.total), String(args.count)];
    return {
      changes: [{ kind: 'write', path: pool.path, before, after, undo: before, compare: 'number' }],
      was,
      guards: [boundsGuard(pool, args.count), freePagesGuard(pool, args.count, host)],
      unknowns: ['taken back, the kernel makes as many huge pages again as it finds whole blocks for'],
    };
  },

  observe: (_args, host) => ({ freeBytes: host.meminfo?.MemFree ?? null }),

  /** A write to nr_hugepages succeeds in part: only the count that is read back tells. */
  verify(args, host, before) {
    const pool = found(args, host);
    const text = `${nameOf(pool)}: ${pool.total} huge pages of ${formatBytes(pool.sizeBytes)}`;
    if (pool.total !== args.count) return { ok: false, text: `${text}, not ${args.count}: the rest is in use` };
    const free = host.meminfo?.MemFree;
    const gained = typeof before.freeBytes === 'number' && free !== undefined ? free - before.freeBytes : 0;
    return { ok: true, text: gained > 0 ? `${text}; the host has ${formatBytes(gained)} more free` : text };
  },

  guardUndo(changes, host) {
    return changes.flatMap((change) => undoGuard(change, host));
  },
};

function found({ node, size }: HugePagesWith, host: Host): HugePagePool {
  const pools = host.hugePages.filter(({ sizeBytes }) => sizeBytes === size);
  const pool = pools.find((candidate) => candidate.node === (node ?? null));
  if (pool) return pool;
  const where = node === undefined ? 'This kernel' : `Node ${node}`;
  throw new UndoomError('guard.unsupported', `${where} has no pool of huge pages of ${formatBytes(size)}`, {
    hint: node === undefined && pools.length > 0 ? 'Name the node: each has a pool of its own' : undefined,
  });
}

function nameOf(pool: HugePagePool): string {
  return pool.node === null ? 'the host' : `node ${pool.node}`;
}

function boundsGuard(pool: HugePagePool, count: number): GuardResult {
  const text = `${nameOf(pool)} has ${pool.total} huge pages of ${formatBytes(pool.sizeBytes)}`;
  if (count < pool.total) return { id: 'bounds', ok: true, text: `${text}: fewer are asked for` };
  return { id: 'bounds', ok: false, text: `${text}: only fewer can be asked for, not ${count}` };
}

/** Free but reserved pages are promised to who mapped them: the kernel keeps those (set_max_huge_pages() in mm/hugetlb.c). */
function freePagesGuard(pool: HugePagePool, count: number, host: Host): GuardResult {
  const isDefaultSize = host.meminfo?.Hugepagesize === pool.sizeBytes;
  const reserved = isDefaultSize ? (host.meminfo?.HugePages_Rsvd ?? 0) : 0;
  const allFree = host.hugePages
    .filter(({ node, sizeBytes }) => sizeBytes === pool.sizeBytes && (node === null) === (pool.node === null))
    .reduce((sum, { free }) => sum + free, 0);
  const released = pool.total - count;
  const most = Math.max(0, Math.min(pool.free, allFree - reserved));
  const text = `${pool.free} of ${nameOf(pool)} are free${reserved > 0 ? `, ${reserved} are reserved` : ''}`;
  if (released <= most) return { id: 'free-pages', ok: true, text };
  return { id: 'free-pages', ok: false, text: `${text}: ${released} cannot be given back, only ${most}` };
}

/** Taking pages for the pool again takes them from the host. */
function undoGuard(change: Change, host: Host): GuardResult[] {
  const pool = host.hugePages.find(({ path }) => path === change.path);
  if (change.kind !== 'write' || change.undo === null || !pool) return [];
  const taken = (Number(change.undo) - pool.total) * pool.sizeBytes;
  const available = host.meminfo?.MemAvailable;
  const reserve = hostReserveBytes(host);
  if (taken <= 0) return [];
  if (available === undefined || reserve === null) {
    return [{ id: 'headroom', ok: false, text: 'how much memory the host has available could not be read' }];
  }
  const left = available - taken;
  if (left >= reserve) return [{ id: 'headroom', ok: true, text: `the host keeps ${formatBytes(left)}` }];
  const text = `${change.undo} huge pages on ${nameOf(pool)} again would take ${formatBytes(taken)} of the ${formatBytes(available)} available: the host must keep ${formatBytes(reserve)}`;
  return [{ id: 'headroom', ok: false, text }];
}
