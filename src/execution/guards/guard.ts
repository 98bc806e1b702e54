import type { HostIdentity } from '../../host/host.js';
import type { Playbook } from '../../playbook/playbook.js';
import type { GuardResult } from '../../schemas/run.js';
import type { RunState } from '../run-state.js';

/** A reason to refuse a whole run, checked before any change: in the dry run, and again as root under the lock. */
export interface RunGuard {
  id: string;
  /** @returns null where it has nothing to say of this playbook */
  check(playbook: Playbook, context: RunGuardContext): GuardResult | null;
}

export interface RunGuardContext {
  identity: HostIdentity;
  /** milliseconds since the epoch */
  now: number;
  /** the runs of this host, oldest first */
  runs: RunState[];
  /** the digest of the playbook as its file states it */
  digest: string;
}
