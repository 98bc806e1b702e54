import type { Host } from '../../host/host.js';
import type { Check } from '../../schemas/diagnosis.js';
import type { CheckRule } from '../check.js';
import { cgroupAtLimit } from './cgroup-at-limit.js';
import { fragmentation } from './fragmentation.js';
import { hugePageReservation } from './huge-page-reservation.js';
import { initRss } from './init-rss.js';
import { memoryAvailable } from './memory-available.js';
import { nodeFree } from './node-free.js';
import { slabUnreclaimable } from './slab-unreclaimable.js';
import { swap } from './swap.js';
import { transparentHugePages } from './transparent-huge-pages.js';

/** In the order of the contract. */
export const checks: CheckRule[] = [
  slabUnreclaimable,
  initRss,
  transparentHugePages,
  nodeFree,
  fragmentation,
  cgroupAtLimit,
  hugePageReservation,
  swap,
  memoryAvailable,
];

export function checksOf(host: Host): Check[] {
  return checks.map(({ id, run }) => ({ id, ...run(host) }));
}
