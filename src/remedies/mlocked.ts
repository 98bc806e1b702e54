import type { Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import type { IncidentFacts } from './remedy.js';

/** Mlocked pages hold the order apart where they are this share of memory. */
const muchMlocked = 0.05;

/**
 * Do mlocked pages keep blocks apart that the kernel may not move (vm.compact_unevictable_allowed is 0, as real-time
 * kernels have it)?
 * @returns how much, in words; null where they do not, or may be moved already
 */
export function mlockedInTheWay(host: Host, { factors }: IncidentFacts): string | null {
  const { Mlocked: locked, MemTotal: total } = host.meminfo ?? {};
  const much = locked !== undefined && total !== undefined && locked >= total * muchMlocked;
  if (host.sysctl('vm.compact_unevictable_allowed') !== '0' || !(much || factors.includes('mlocked'))) return null;
  return locked === undefined ? 'mlocked pages' : `${formatBytes(locked)} of mlocked pages`;
}
