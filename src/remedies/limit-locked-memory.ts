import { formatBytes } from '../text/bytes.js';
import { dropInCommand } from './drop-in.js';
import { processesBy } from './process-sizes.js';
import type { RemedyMaker } from './remedy.js';
import { serviceOf } from './service-of.js';

const MiB = 2 ** 20;
const shown = 3;

export const limitLockedMemory: RemedyMaker = {
  playbook: 'limit-locked-memory',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose({ factors }, { host }) {
    if (!factors.includes('mlocked')) return { remedy: null, note: null };
    const locking = host ? processesBy(host, ['VmLck', 'VmPin']) : [];
    const [largest] = locking;
    const list = locking
      .slice(0, shown)
      .map(({ task, bytes }) => `${task.comm} (${task.pid}) locks ${formatBytes(bytes)}`);
    const known = list.length > 0 ? `The largest now: ${list.join('; ')}. ` : '';
    const unit = host && largest ? serviceOf(host, largest.task) : null;
    // half of what it locks: below that it says so at its start, rather than have others killed
    const half = Math.ceil((largest?.bytes ?? 0) / 2 / MiB);
    return {
      remedy: {
        title: largest ? `Bound what ${largest.task.comm} locks in memory` : 'Bound locked memory',
        parameters: {
          instruction: `${known}Lower it in the program's own settings (the memory of a virtual machine, a database's memlock), or bound it by LimitMEMLOCK= of its unit${unit === null ? '' : `, here to half of what it locks`}: a program that may not lock what it wants fails at its start.`,
          command:
            unit === null
              ? "grep -H '^VmLck' /proc/[0-9]*/status | sort -n -k 2 | tail"
              : dropInCommand(unit, '50-memlock.conf', `LimitMEMLOCK=${half}M`),
        },
        why: 'Much of it was locked in memory, where it can be neither reclaimed nor swapped out.',
      },
      note: null,
    };
  },
};
