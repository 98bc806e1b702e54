import type { Host } from '../../host/host.js';
import { sharedBytes } from '../balance/cgroup-parts.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, heldNow, heldText, isShortage, limitBytes, measured } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';

/** A quarter: shared memory and tmpfs files outlive the tasks that are killed, so that this much cannot be freed by a kill. */
const share = 0.25;

export const sharedMemory: FactorRule = {
  factor: 'shared-memory',
  holds(report, context) {
    const isCgroup = report.scope === 'cgroup';
    if (!isCgroup && !isShortage(report, context)) return null;
    if (!isCgroup && report.memInfoPages === null) {
      const bytes = ({ meminfo }: Host) => meminfo?.Shmem ?? null;
      return heldNow(report, context, { what: 'shared memory and tmpfs hold', key: 'Shmem', bytes, share });
    }
    const held = isCgroup ? sharedBytes(report) : memInfoBytes(report, 'shmem');
    const wholeBytes = isCgroup ? limitBytes(report) : ramBytes(report);
    if (held === null || wholeBytes === null || held <= share * wholeBytes) return null;
    const whole = { of: isCgroup ? 'limit' : 'ram', wholeBytes } as const;
    const text = heldText('shared memory and tmpfs held', held, whole);
    return measured(quotedFact(report, isCgroup ? 'stats' : 'mem-info', text), held, whole, text);
  },
};
