// /proc/slabinfo (mm/slab_common.c cache_show), for root only:
//   slabinfo - version: 2.1
//   # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables … : slabdata <active_slabs> <num_slabs> <sharedavail>
//   dentry             31482  31626    192   21    1 : tunables    0    0    0 : slabdata   1506   1506      0
import type { SlabCache } from './host.js';

type Line = Omit<SlabCache, 'reclaimable'>;

/** Largest first. A cache that was merged with another (SLUB) stands under one of their names. */
export function parseSlabinfo(text: string, pageSizeBytes: number): Line[] {
  return text
    .split('\n')
    .flatMap((line): Line[] => {
      const match =
        /^(\S{1,100}) +(\d{1,15}) +(\d{1,15}) +(\d{1,15}) +\d+ +(\d{1,6}) : .*: slabdata +\d+ +(\d{1,15})/.exec(line);
      if (!match) return [];
      const [activeObjects, totalObjects, objectSizeBytes, pagesPerSlab, slabs] = match.slice(2).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return [
        {
          name: match[1]!,
          activeObjects,
          totalObjects,
          objectSizeBytes,
          totalBytes: slabs * pagesPerSlab * pageSizeBytes,
        },
      ];
    })
    .sort((a, b) => b.totalBytes - a.totalBytes);
}
