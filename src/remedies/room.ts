import { ancestorsOf } from '../actions/cgroup-tree.js';
import { hostReserveBytes } from '../actions/host-reserve.js';
import type { Host, MemoryCgroup } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { hostSpareBytes } from './host-spare.js';

/** The most that a limit may become, and what says so. */
export interface Bound {
  kind: 'ancestor' | 'host';
  bytes: number;
  text: string;
}

/**
 * What holds a cgroup's limit down: a limit binds with all of its ancestors' limits (mm/memcontrol.c try_charge), less
 * what its siblings hold there and cannot be reclaimed; and the host keeps its reserve.
 * @returns null where the host does not tell what it has to spare
 */
export function boundsOf(host: Host, cgroup: MemoryCgroup): Bound[] | null {
  const spare = hostSpareBytes(host);
  const reserve = hostReserveBytes(host);
  if (spare === null || reserve === null) return null;
  const bounds = ancestorsOf(cgroup.path).flatMap((path) => {
    const ancestor = host.cgroups.memory(path);
    return ancestor ? boundsBy(ancestor, cgroup) : [];
  });
  const bytes = lockedIn(cgroup) + spare;
  const text = `the host can spare ${formatBytes(spare)} beside the ${formatBytes(reserve)} it keeps for itself`;
  return [...bounds, { kind: 'host', bytes, text }];
}

/** What it holds that page cache reclaim cannot free: the rest counts as the host's available memory already. */
export function lockedIn(cgroup: MemoryCgroup): number {
  return cgroup.unreclaimableBytes ?? 0;
}

function boundsBy(ancestor: MemoryCgroup, cgroup: MemoryCgroup): Bound[] {
  const siblings = siblingsHold(ancestor, cgroup);
  const held = siblings > 0 ? `, of which others hold ${formatBytes(siblings)}` : '';
  const bound = (limit: number | 'max' | null, name: string): Bound[] =>
    typeof limit === 'number'
      ? [
          {
            kind: 'ancestor',
            bytes: Math.max(0, limit - siblings),
            text: `${ancestor.path} has ${name} of ${formatBytes(limit)}${held}`,
          },
        ]
      : [];
  return [
    ...bound(ancestor.limitBytes, 'a limit'),
    ...bound(ancestor.highBytes, 'a memory.high'),
    ...bound(ancestor.memswLimitBytes, 'a limit of memory and swap'),
  ];
}

function siblingsHold(ancestor: MemoryCgroup, cgroup: MemoryCgroup): number {
  const known = ancestor.unreclaimableBytes !== null && cgroup.unreclaimableBytes !== null;
  const [all, own] = known
    ? [ancestor.unreclaimableBytes, cgroup.unreclaimableBytes]
    : [ancestor.usageBytes, cgroup.usageBytes];
  return Math.max(0, (all ?? 0) - (own ?? 0));
}
