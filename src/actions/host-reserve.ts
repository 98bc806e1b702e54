import type { Host } from '../host/host.js';

/**
 * What a host must keep available, whatever a change lets others take. Below about 5% of memory the kernel reclaims
 * without end before it kills, and sshd, the journal and undoom itself need room to work. A small host cannot spare
 * 512 MiB for that, so no more than a tenth of it is asked for; a large one keeps 5%.
 * @returns bytes; null where /proc/meminfo does not tell
 */
export function hostReserveBytes(host: Host): number | null {
  const total = host.meminfo?.MemTotal;
  if (total === undefined) return null;
  return Math.floor(Math.max(total * 0.05, Math.min(512 * 2 ** 20, total * 0.1)));
}
