import type { Host, HostProcess } from '../host/host.js';
import { isSystemUnit } from '../host/index.js';

/** The service of the system's own manager that a process is of: what a drop-in can be made for. */
export function serviceOf(host: Host, { memoryCgroup }: HostProcess): string | null {
  const identity = memoryCgroup === null ? null : host.cgroups.identity(memoryCgroup);
  if (!host.hasSystemd || identity?.kind !== 'systemd' || identity.user !== null) return null;
  return identity.unit !== null && isSystemUnit(identity.unit) ? identity.unit : null;
}

export function heldBy({ rssAnonBytes, rssShmemBytes }: HostProcess): number {
  return (rssAnonBytes ?? 0) + (rssShmemBytes ?? 0);
}
