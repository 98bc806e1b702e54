import { kilobytes } from '../numbers.js';
import type { LineKind } from './line.js';

/** mm/slab_common.c dump_unreclaimable_slab(): printed only where unreclaimable slab exceeds all LRU pages. */
export const slabDump: LineKind = {
  name: 'slab-dump',
  role: 'note',
  oomOnly: true,
  read(message, block) {
    if (message === 'Unreclaimable slab info:') {
      return {
        slot: 'slab-dump',
        apply(draft, quote) {
          draft.report.slabDump = [];
          draft.report.quotes['slab-dump'] = quote;
          draft.block = 'slab';
        },
      };
    }
    if (block !== 'slab') return null;
    const row = /^([^\s]{1,64}) {1,64}(\d{1,16})KB {1,32}(\d{1,16})KB$/.exec(message);
    if (!row && !/^Name +Used +Total$/.test(message)) return null;
    return {
      slot: null,
      apply(draft) {
        draft.block = 'slab';
        const usedBytes = kilobytes(row?.[2]);
        const totalBytes = kilobytes(row?.[3]);
        if (row && usedBytes !== null && totalBytes !== null) {
          draft.report.slabDump?.push({ name: row[1]!, usedBytes, totalBytes });
        }
      },
    };
  },
};
