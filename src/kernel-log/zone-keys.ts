/** The keys of a zone line over all releases: by them a key that was broken in two is known. */
export const zoneKeys = new Set([
  ...'free boost min low high reserved_highatomic free_highatomic active inactive unevictable writepending'.split(' '),
  ...'active_anon inactive_anon active_file inactive_file present managed mlocked dirty writeback mapped'.split(' '),
  ...'shmem slab_reclaimable slab_unreclaimable kernel_stack pagetables unstable bounce free_pcp local_pcp'.split(' '),
  ...'free_cma writeback_tmp pages_scanned all_unreclaimable zspages isolated shmem_thp anon_thp'.split(' '),
  ...'shmem_pmdmapped sec_pagetables rss rss_huge cache mapped_file swap file_mapped'.split(' '),
]);

/** `unevi    ctable:0kB` is `unevictable:0kB`: the line was wrapped, then put together with its indentation. */
export function joinBrokenKeys(line: string): string {
  return line.replace(/([a-z_]{1,24}) {2,20}([a-z_]{1,24})(?=[:(])/g, (whole, head: string, tail: string) =>
    zoneKeys.has(head + tail) ? head + tail : whole,
  );
}
