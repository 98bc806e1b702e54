import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host } from '../host/host.js';
import { nodeCompactPath } from '../host/node-compact.js';
import type { GuardResult } from '../schemas/run.js';
import type { Action } from './action.js';
import { integerSchema } from './arguments.js';
import { freeBlocksFrom } from './free-blocks.js';

export interface CompactWith {
  /** all nodes without */
  node?: number;
  /** the order that was asked for in vain: with it, no block of that order is no success */
  order?: number;
}

/** Compaction stalls what allocates, and has hung on old kernels. */
const timeoutSeconds = 120;
/** Other processes free blocks meanwhile: less than this share more is none of compaction's doing. */
const leastGrowth = 0.1;
const busyPressure = 40;
const busyLoadPerCpu = 4;

export const memoryCompact: Action<CompactWith> = {
  name: 'memory.compact',
  summary: 'Moves pages together so that the kernel has free blocks of higher orders. It stalls, and has no inverse.',
  with: z.strictObject({
    node: integerSchema(0, 1023).optional(),
    order: integerSchema(1, 20).optional(),
  }),
  was: null,
  reversible: false,
  lowestRisk: () => 'medium',

  plan({ node }, host) {
    if (node !== undefined && !host.memoryNodes.includes(node)) {
      throw new UndoomError('guard.nodes', `The host has no memory node ${node}`);
    }
    return {
      changes: [
        {
          kind: 'write',
          path: compactPath(node, host),
          before: null,
          // since 6.5 anything but 1 is EINVAL (mm/compaction.c sysctl_compaction_handler())
          after: '1',
          undo: null,
          compare: 'none',
          timeoutSeconds,
        },
      ],
      was: null,
      guards: [pressureGuard(host)],
      unknowns: ['how many free blocks it brings is known afterwards only'],
    };
  },

  observe: ({ node }, host) => ({ freeBlocks: freeBlocksFrom(host, nodesMeant(node, host)) }),

  verify({ node, order }, host, before) {
    const nodes = nodesMeant(node, host);
    const now = freeBlocksFrom(host, nodes);
    const then = before.freeBlocks as number[] | null | undefined;
    const where = node === undefined ? 'on all nodes' : `on node ${node}`;
    if (!now || !then)
      return { ok: order === undefined, text: `compacted; the free blocks ${where} could not be read` };
    if (order === undefined) {
      const rows = now.map((count, index) => `${index}: ${then[index] ?? 0} → ${count}`).slice(1);
      return { ok: true, text: `free blocks to be had ${where}, by order: ${rows.join(', ')}` };
    }
    const [earlier, later] = [then[order] ?? 0, now[order] ?? 0];
    const text = `blocks of order ${order} to be had ${where}: ${earlier} → ${later}`;
    if (later - earlier >= Math.max(1, leastGrowth * earlier)) return { ok: true, text };
    return {
      ok: false,
      text: `${text}: compaction did not help. What is in the way may be pages that cannot be moved: the kernel's own, or locked ones`,
    };
  },
};

function nodesMeant(node: number | undefined, host: Host): number[] {
  return node === undefined ? host.memoryNodes : [node];
}

/**
 * A node's own file is gentler. Without CONFIG_NUMA there is none, and its one node is all of memory. The files are
 * write-only for root: that reading is denied shows that one is there.
 */
function compactPath(node: number | undefined, host: Host): string {
  const all = host.sysctlPath('vm.compact_memory');
  const candidates =
    node === undefined ? [all] : [nodeCompactPath(node), ...(host.memoryNodes.length === 1 ? [all] : [])];
  const path = candidates.find((candidate) => isThere(candidate, host));
  if (path) return path;
  throw new UndoomError('guard.unsupported', 'This kernel cannot compact memory on demand (CONFIG_COMPACTION)');
}

function isThere(path: string, host: Host): boolean {
  return host.files.read(path) !== null || host.files.problem(path) !== 'absent';
}

/** Compaction competes for the zones' locks with everything that allocates. */
function pressureGuard(host: Host): GuardResult {
  const pressure = host.pressure.memory?.someAvg10 ?? null;
  const load = host.loadAverage?.[0] ?? null;
  const cpus = host.cpuCount;
  const readings = [
    pressure === null ? 'memory pressure not known' : `memory pressure ${pressure}% (some, 10 s)`,
    load === null ? 'load not known' : `load ${load}${cpus === null ? '' : ` on ${cpus} CPUs`}`,
  ].join(', ');
  const isBusy =
    (pressure !== null && pressure > busyPressure) || (load !== null && cpus !== null && load > busyLoadPerCpu * cpus);
  if (!isBusy) return { id: 'pressure', ok: true, text: readings };
  const limits = `${busyPressure}% of pressure, or ${busyLoadPerCpu} times the CPUs`;
  return { id: 'pressure', ok: false, text: `${readings}: above ${limits} compaction would stall it. Run it off-peak` };
}
