import { kilobytes, toNumber } from '../numbers.js';
import type { Fact, LineKind } from './line.js';

/** `Free swap  = 0kB`, `2097022 pages RAM`, `94779 pages reserved`, and their older wordings. */
export const totals: LineKind = {
  name: 'totals',
  role: 'note',
  oomOnly: false,
  read(message) {
    const swap = /^(Free|Total) swap\s{0,16}[=:]\s{0,16}(\d{1,400})kB$/.exec(message);
    if (swap) return swapFact(swap[1] === 'Free' ? 'swap-free' : 'swap-total', kilobytes(swap[2]));
    const pages = /^(\d{1,16}) (?:pages (?:of )?RAM|(?:pages reserved|reserved pages))$/.exec(message);
    if (!pages) return null;
    const count = toNumber(pages[1]);
    const place = message.endsWith('RAM') ? 'ramPages' : 'reservedPages';
    return {
      slot: place,
      apply({ report }) {
        report[place] = count;
      },
    };
  },
};

function swapFact(key: 'swap-free' | 'swap-total', bytes: number | null): Fact {
  return {
    // 2.6 prints the free swap twice
    slot: null,
    apply({ report }, quote) {
      if (key === 'swap-free') report.swapFreeBytes ??= bytes;
      else report.swapTotalBytes ??= bytes;
      report.quotes[key] ??= quote;
    },
  };
}

/** mm/memcontrol.c mem_cgroup_show_protected_memory(), 6.19 on, behind the dump: of the cgroup that ran out, or of the root. */
export const protection: LineKind = {
  name: 'protection',
  role: 'note',
  oomOnly: false,
  read(message) {
    const match = /^Memory cgroup min protection (\d{1,16})kB -- low protection (\d{1,16})kB$/.exec(message);
    const minBytes = kilobytes(match?.[1]);
    const lowBytes = kilobytes(match?.[2]);
    if (minBytes === null || lowBytes === null) return null;
    return {
      slot: 'protection',
      apply({ report }, quote) {
        report.protection = { minBytes, lowBytes };
        report.quotes.protection = quote;
      },
    };
  },
};
