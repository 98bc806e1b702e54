import { type CheckRule, unknownCheck } from '../check.js';
import { percent } from '../factor.js';

const share = 0.1;

export const slabUnreclaimable: CheckRule = {
  id: 'slab-unreclaimable',
  run({ meminfo }) {
    const slab = meminfo?.SUnreclaim;
    const total = meminfo?.MemTotal;
    if (slab === undefined || !total)
      return unknownCheck('SUnreclaim could not be read: grep SUnreclaim /proc/meminfo');
    const leaks = slab > share * total;
    return {
      status: leaks ? 'warning' : 'ok',
      value: slab / total,
      threshold: share,
      unit: 'share',
      text: leaks
        ? `Kernel objects that cannot be reclaimed hold ${percent(slab / total)} of memory: a slab leak is likely. Look for the largest caches: sudo slabtop -o -s c`
        : `Kernel objects that cannot be reclaimed hold ${percent(slab / total)} of memory`,
    };
  },
};
