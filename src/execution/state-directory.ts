import { join } from 'node:path';

/**
 * Where runs are kept, and the lock: the host's own, whoever runs undoom. `UNDOOM_STATE_DIR` moves both, for root
 * only (tests, images): an ordinary user must not be able to show root another history.
 */
export interface StateDirectory {
  runs: string;
  lock: string;
  /** folders to make, readable by all */
  folders: string[];
}

export function stateDirectory(env: NodeJS.ProcessEnv = process.env): StateDirectory {
  const moved = process.geteuid?.() === 0 ? env.UNDOOM_STATE_DIR : undefined;
  const state = moved ?? '/var/lib/undoom';
  const lockFolder = moved ?? '/run/undoom';
  return {
    runs: join(state, 'runs'),
    lock: join(lockFolder, 'lock'),
    folders: [state, join(state, 'runs'), lockFolder],
  };
}
