import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { UndoomError } from '../errors.js';
import type { StateDirectory } from './state-directory.js';

export interface Lock {
  release(): void;
}

/**
 * One run on a host at a time. The lock is the kernel's flock(2) on an open file, so that a dead process holds none.
 * Node cannot call flock itself: flock(1) takes it on the descriptor that it inherits, and the lock stays with the open
 * file (flock(2), "associated with an open file description"), hence with this process, after flock(1) has ended.
 * @throws UndoomError guard.lock, saying who holds it since when
 */
export function takeLock(state: StateDirectory, holder: string): Lock {
  for (const folder of state.folders) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const descriptor = openSync(state.lock, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  const taken = spawnSync('/usr/bin/flock', ['--nonblock', '3'], { stdio: ['ignore', 'ignore', 'pipe', descriptor] });
  if (taken.error || (taken.status !== 0 && taken.status !== 1)) {
    closeSync(descriptor);
    const reason = taken.error?.message ?? String(taken.stderr).trim();
    throw new UndoomError('guard.lock', `The lock ${state.lock} could not be taken: ${reason}`, {
      hint: 'undoom needs flock of util-linux at /usr/bin/flock',
    });
  }
  if (taken.status === 1) {
    const other = readFileSync(state.lock, 'utf8').trim();
    closeSync(descriptor);
    throw new UndoomError('guard.lock', `Another run holds the lock of this host${other ? `: ${other}` : ''}`, {
      hint: 'Wait until it has ended, then try again',
    });
  }
  ftruncateSync(descriptor, 0);
  writeSync(descriptor, `${holder}\n`, 0);
  return {
    release() {
      ftruncateSync(descriptor, 0);
      closeSync(descriptor);
    },
  };
}
