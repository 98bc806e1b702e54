import { hostReserveBytes } from '../actions/host-reserve.js';
import type { Host } from '../host/host.js';

/** What may be given away: available memory less what the host must keep, never below 0; null where it does not tell. */
export function hostSpareBytes(host: Host): number | null {
  const available = host.meminfo?.MemAvailable;
  const reserve = hostReserveBytes(host);
  return available === undefined || reserve === null ? null : Math.max(0, available - reserve);
}
