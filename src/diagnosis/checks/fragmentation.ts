import { type CheckRule, unknownCheck } from '../check.js';
import { nameOf } from '../zones.js';

/** What a kernel stack or a network buffer may ask for, and the highest order that may end in a kill (PAGE_ALLOC_COSTLY_ORDER). */
const order = 3;

/** A zone with memory to give, and no block of 8 pages in it. */
export const fragmentation: CheckRule = {
  id: 'fragmentation',
  run({ zones, buddy }) {
    if (!zones || !buddy) return unknownCheck('The free blocks could not be read: cat /proc/buddyinfo /proc/zoneinfo');
    const broken = zones.filter((zone) => {
      const blocks = buddy.find((other) => other.node === zone.node && other.zone === zone.name);
      return (
        zone.managedBytes > 0 &&
        zone.freeBytes > zone.lowBytes &&
        blocks?.free.slice(order).every((count) => count === 0)
      );
    });
    const names = broken.map(nameOf).join(', ');
    return {
      status: broken.length > 0 ? 'warning' : 'ok',
      value: broken.length,
      threshold: 0,
      unit: 'zones',
      text:
        broken.length > 0
          ? `Free memory in pieces smaller than order 3 only: ${names}. Compact memory when the host is quiet: undoom run compact-memory`
          : 'Every zone that has free memory has free blocks of order 3 or more',
    };
  },
};
