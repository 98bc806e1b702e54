import type { Host } from '../host/host.js';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/**
 * What the host itself keeps when a limit is raised: the kernel, its page cache, ssh and the person who repairs it.
 * 5% of its memory and at least 512 MiB; a small host keeps no more than a tenth, a large one no more than 4 GiB,
 * since what a host needs for itself grows far slower than its memory (the kernel's own min_free_kbytes by the root).
 * @returns null where the host does not tell how much memory it has
 */
export function hostReserveBytes(host: Host): number | null {
  const total = host.meminfo?.MemTotal;
  if (total === undefined) return null;
  return Math.floor(Math.min(Math.max(total * 0.05, 512 * MiB), total * 0.1, 4 * GiB));
}

/** What may be given away: available memory less the reserve, never below 0; null where the host does not tell. */
export function hostSpareBytes(host: Host): number | null {
  const available = host.meminfo?.MemAvailable;
  const reserve = hostReserveBytes(host);
  return available === undefined || reserve === null ? null : Math.max(0, available - reserve);
}
