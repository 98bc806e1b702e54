import { formatBytes } from '../text/bytes.js';
import type { RemedyMaker } from './remedy.js';

/** The share of memory above which unreclaimable slab is a likely leak (the check `slab-unreclaimable`). */
const leaking = 0.1;

export const reduceSlab: RemedyMaker = {
  playbook: 'reduce-slab',
  causes: ['global-memory'],
  propose({ factors }, { host }) {
    const { SUnreclaim: slab, MemTotal: total } = host?.meminfo ?? {};
    const above = slab !== undefined && total !== undefined && slab > total * leaking;
    if (!above && !factors.includes('slab-leak')) return { remedy: null, note: null };
    const caches = (host?.slabCaches ?? [])
      .filter(({ reclaimable }) => reclaimable !== true)
      .slice(0, 3)
      .map(({ name, totalBytes }) => `${name} ${formatBytes(totalBytes)}`);
    const largest = caches.length > 0 ? `The largest caches that cannot be reclaimed: ${caches.join(', ')}. ` : '';
    const now = above
      ? `Unreclaimable slab is ${formatBytes(slab)} now, above 10% of ${formatBytes(total)}`
      : 'Unreclaimable slab was large at the kill';
    return {
      remedy: {
        title:
          caches.length > 0
            ? `Find what fills the slab cache ${caches[0]!.split(' ')[0]}`
            : 'Find what holds the unreclaimable slab',
        parameters: {
          instruction: `${largest}Look twice, some minutes apart: a cache that only grows is a leak in the kernel or in a module. Update the kernel, or unload or update the module that owns it; until then only a reboot gives the memory back.`,
          command: 'sudo slabtop --once --sort=c',
        },
        why: `${now}: no kill gives it back.`,
      },
      note: null,
    };
  },
};
