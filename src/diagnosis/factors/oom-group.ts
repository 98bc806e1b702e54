import { quotedFact } from '../evidence.js';
import { type FactorRule, shown } from '../factor.js';

/** memory.oom.group ends all tasks of the cgroup together. */
export const oomGroup: FactorRule = {
  factor: 'oom-group',
  holds(report) {
    if (report.oomGroupCgroup === null && !report.quotes['oom-group']) return null;
    const text = 'memory.oom.group is set: all tasks of the cgroup are killed together';
    return shown(quotedFact(report, 'oom-group', text), text);
  },
};
