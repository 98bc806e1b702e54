// /proc/zoneinfo (mm/vmstat.c zoneinfo_show_print), in pages:
//   Node 0, zone      DMA
//     pages free     3840
//           min      10
//           present  3999
//           managed  3840
//           protection: (0, 2949, 24090, 24090, 24090)
//         nr_free_cma  0
import type { Zone } from './host.js';
import { integer, MalformedFile } from './malformed.js';

const keys = {
  free: 'freeBytes',
  min: 'minBytes',
  low: 'lowBytes',
  high: 'highBytes',
  present: 'presentBytes',
  managed: 'managedBytes',
  nr_free_cma: 'freeCmaBytes',
} as const;

/** What every kernel prints of a zone; `managed` came with 3.9, `nr_free_cma` with CMA. */
const always = ['free', 'min', 'low', 'high', 'present'];

export function parseZoneinfo(text: string, path: string, pageSizeBytes: number): Zone[] {
  const zones: Zone[] = [];
  let zone: Zone | null = null;
  let begun = 0;
  const seen = new Set<string>();
  // one that breaks off would pass for a zone without memory or watermarks
  const finish = () => {
    if (!zone) return;
    if (!always.every((key) => seen.has(key)))
      throw new MalformedFile(path, begun, `Node ${zone.node} ${zone.name}, cut`);
    if (!seen.has('managed')) zone.managedBytes = zone.presentBytes;
    seen.clear();
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('Node')) {
      const match = /^Node (\d{1,5}), zone +(\S{1,20})$/.exec(line.trimEnd());
      if (!match) throw new MalformedFile(path, index + 1, line);
      finish();
      begun = index + 1;
      zone = {
        node: Number(match[1]),
        name: match[2]!,
        freeBytes: 0,
        minBytes: 0,
        lowBytes: 0,
        highBytes: 0,
        managedBytes: 0,
        presentBytes: 0,
        freeCmaBytes: 0,
        protectionBytes: [],
      };
      zones.push(zone);
      continue;
    }
    const protection = /^\s+protection: \(([\d, ]*)\)$/.exec(line);
    if (protection && zone) {
      zone.protectionBytes = protection[1]!.split(',').map((pages) => Number(pages) * pageSizeBytes);
      continue;
    }
    const match = /^\s+(?:pages )?(\w+)\s+(\d+)\s*$/.exec(line);
    if (!match || !zone || !Object.hasOwn(keys, match[1]!)) continue;
    const pages = integer(match[2]);
    if (pages === null) throw new MalformedFile(path, index + 1, line);
    seen.add(match[1]!);
    zone[keys[match[1] as keyof typeof keys]] = pages * pageSizeBytes;
  }
  finish();
  return zones;
}
