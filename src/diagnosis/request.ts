import type { Report } from '../kernel-log/report.js';

/** Zones from the lowest, as the kernel orders them (include/linux/mmzone.h enum zone_type). */
const zoneNames = ['DMA', 'DMA32', 'Normal', 'HighMem', 'Movable', 'Device'];
export const normalRank = zoneNames.indexOf('Normal');
const movableRank = zoneNames.indexOf('Movable');

/** -1 for a zone of no known name. */
export function zoneRank(name: string): number {
  return zoneNames.indexOf(name);
}

export interface Request {
  order: number | null;
  /** The highest zone that it may use, by rank; null where the flags are cut or masked */
  highestZone: number | null;
  /** May it use CMA blocks? null where the flags do not tell */
  movable: boolean | null;
  atomic: boolean;
  /** The page fault path invokes the killer with no flags at all, also after a failed charge to a cgroup (pagefault_out_of_memory) */
  pageFault: boolean;
}

/** What the allocation that failed asked for (gfp_zone() of include/linux/gfp.h). */
export function requestOf(report: Report): Request {
  const order = report.trigger?.order ?? null;
  const flags = report.trigger?.gfpFlags ?? [];
  const mask = report.trigger?.gfpMask ?? null;
  const has = (...names: string[]) => names.some((name) => flags.includes(name));
  if (flags.length > 0) {
    const movable = has('__GFP_MOVABLE', 'GFP_HIGHUSER_MOVABLE', 'GFP_TRANSHUGE', 'GFP_TRANSHUGE_LIGHT');
    const high = has('__GFP_HIGHMEM', 'GFP_HIGHUSER', 'GFP_HIGHUSER_MOVABLE', 'GFP_TRANSHUGE', 'GFP_TRANSHUGE_LIGHT');
    const highestZone = highest({
      dma: has('GFP_DMA', '__GFP_DMA'),
      dma32: has('GFP_DMA32', '__GFP_DMA32'),
      high,
      movable,
    });
    return { order, highestZone, movable, atomic: has('GFP_ATOMIC', '__GFP_ATOMIC'), pageFault: false };
  }
  if (mask === null || !/^0x[0-9a-f]{1,16}$/i.test(mask)) {
    return { order, highestZone: null, movable: null, atomic: false, pageFault: false };
  }
  // The lowest four bits are DMA, HIGHMEM, DMA32 and MOVABLE since 2.6.31; before, MOVABLE was bit 20.
  const bits = Number.parseInt(mask.slice(-1), 16);
  const movable = (bits & 8) !== 0 || (Number.parseInt(mask, 16) & 0x1000d2) === 0x1000d2;
  const highestZone = highest({ dma: (bits & 1) !== 0, dma32: (bits & 4) !== 0, high: (bits & 2) !== 0, movable });
  // GFP_ATOMIC was __GFP_HIGH alone (bit 5, without __GFP_WAIT, bit 4) as long as masks were printed without names.
  const atomic = (Number.parseInt(mask.slice(-2), 16) & 0x30) === 0x20;
  return { order, highestZone, movable, atomic, pageFault: /^0x0+$/.test(mask) };
}

function highest(flags: { dma: boolean; dma32: boolean; high: boolean; movable: boolean }): number {
  if (flags.dma) return zoneRank('DMA');
  if (flags.dma32) return zoneRank('DMA32');
  if (flags.high) return flags.movable ? movableRank : zoneRank('HighMem');
  return normalRank;
}

/** The nodes that it was allowed to use: the cpuset's, less what its own policy leaves out; null where no line tells. */
export function allowedNodes({ memsAllowed, nodemask }: Report): number[] | null {
  if (memsAllowed === null || nodemask === null) return memsAllowed ?? nodemask;
  return memsAllowed.filter((node) => nodemask.includes(node));
}

/** A request in words: "8 contiguous pages (order 3)". */
export function orderInWords(order: number): string {
  return order <= 0 ? 'one page' : `${2 ** order} contiguous pages (order ${order})`;
}
