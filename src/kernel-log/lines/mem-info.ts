import { toNumber } from '../numbers.js';
import type { LineKind } from './line.js';

// the first key of each line of the block, over all releases (mm/show_mem.c show_free_areas)
const first =
  /^(?:active|inactive|active_anon|inactive_anon|active_file|inactive_file|isolated_file|unevictable|dirty|free|slab|slab_reclaimable|mapped|shmem|pagetables|sec_pagetables|kernel_misc_reclaimable|isolated_anon|writeback|buffer):/i;

export const memInfo: LineKind = {
  name: 'mem-info',
  role: 'note',
  oomOnly: false,
  read(message) {
    if (/^Mem-[Ii]nfo:$/.test(message)) {
      return {
        slot: 'mem-info',
        apply({ report }, quote) {
          report.quotes['mem-info'] = quote;
        },
      };
    }
    if (!first.test(message) || /\d[kK]B\b/.test(message)) return null;
    const values = Object.entries(pages(message));
    if (values.length === 0) return null;
    return {
      slot: `mem-info:${values[0]![0]}`,
      apply({ report }, quote) {
        report.memInfoPages ??= {};
        for (const [key, value] of values) report.memInfoPages[key] ??= value;
        if (values.some(([key]) => key === 'free')) report.quotes['mem-info'] = quote;
      },
    };
  },
};

/** Keys are lower case, whatever a release prints (`Active_anon` in 2.6.31). */
function pages(text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [, key, number] of text.slice(0, 4096).matchAll(/(?<=^|\s)([A-Za-z_]{2,40}):(\d+)(?=\s|$)/g)) {
    const value = toNumber(number);
    if (value !== null) found[key!.toLowerCase()] ??= value;
  }
  return found;
}
