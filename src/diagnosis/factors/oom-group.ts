import { quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';

/** memory.oom.group ends all tasks of the cgroup together. */
export const oomGroup: FactorRule = {
  factor: 'oom-group',
  holds(report) {
    if (report.oomGroupCgroup === null && !report.quotes['oom-group']) return null;
    return quotedFact(report, 'oom-group', 'memory.oom.group is set: all tasks of the cgroup are killed together');
  },
};
