import { matchesGlob } from 'node:path';
import type { RunGuard } from './guard.js';

/** A saved playbook is for the host it was made on; a template may name host patterns. Hosts are told apart by /etc/machine-id. */
export const host: RunGuard = {
  id: 'host',
  check({ host: made, hosts }, { identity }) {
    const here = identity.name ?? 'this host';
    if (hosts && !hosts.some((pattern) => matchesGlob(here, pattern))) {
      return { id: 'host', ok: false, text: `it may run on ${hosts.join(', ')}, and this host is ${here}` };
    }
    if (!made) return null;
    const byId = made.machineId !== null && identity.machineId !== null;
    const same = byId ? made.machineId === identity.machineId : made.name === identity.name;
    const elsewhere =
      made.name === here ? `another host of the name ${here} (another machine id)` : `${made.name ?? 'another host'}`;
    return same
      ? { id: 'host', ok: true, text: `made for this host, ${here}` }
      : { id: 'host', ok: false, text: `it was made for ${elsewhere}, and this host is ${here}` };
  },
};
