import { DateTime } from 'luxon';
import type { RunGuard } from './guard.js';

/** A plan is for the state it saw: it may run to the end of its last day, in the host's own time. */
export const expired: RunGuard = {
  id: 'expired',
  check({ expires }, { now }) {
    if (!expires) return null;
    const ok = now <= DateTime.fromISO(expires).endOf('day').toMillis();
    return { id: 'expired', ok, text: ok ? `it may run until ${expires}` : `it expired on ${expires}` };
  },
};
