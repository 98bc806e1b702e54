import { DateTime } from 'luxon';
import type { RunGuard } from './guard.js';

/** A saved playbook is used once on a host, also where it was rolled back since, unless it says `reusable: true`. */
export const used: RunGuard = {
  id: 'used',
  check({ reusable, origin }, { runs, digest }) {
    if (reusable || origin.kind !== 'file') return null;
    const earlier = runs.findLast(
      ({ header, changes }) => header.playbook.digest === digest && changes.some(({ state }) => state !== 'intended'),
    );
    if (!earlier) return { id: 'used', ok: true, text: 'not used on this host before' };
    const when = DateTime.fromISO(earlier.header.time, { setZone: true }).toFormat('d LLL yyyy, HH:mm');
    return { id: 'used', ok: false, text: `it was used on this host on ${when} (run ${earlier.header.run})` };
  },
};
