import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, isShortage, limitBytes, percent } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';

/** A quarter: shared memory and tmpfs files outlive the tasks that are killed, so that this much cannot be freed by a kill. */
const share = 0.25;

export const sharedMemory: FactorRule = {
  factor: 'shared-memory',
  holds(report, context) {
    if (report.scope === 'cgroup') {
      const shmem = report.cgroupStats?.shmem;
      const limit = limitBytes(report);
      if (shmem === undefined || limit === null || shmem <= share * limit) return null;
      return quotedFact(report, 'stats', `shared memory and tmpfs held ${percent(shmem / limit)} of the limit`);
    }
    const shmem = memInfoBytes(report, 'shmem');
    const ram = ramBytes(report);
    if (!isShortage(report, context) || shmem === null || ram === null || shmem <= share * ram) return null;
    const held = `shared memory and tmpfs held ${formatBytes(shmem)}, ${percent(shmem / ram)} of memory`;
    return quotedFact(report, 'mem-info', held);
  },
};
