// /proc/buddyinfo (mm/vmstat.c frag_show_print), free blocks of each order:
//   Node 0, zone   Normal   4381   1093    185   1530    567    102      0      0      0      1      0
import type { BuddyZone } from './host.js';
import { MalformedFile } from './malformed.js';

export function parseBuddyinfo(text: string, path: string): BuddyZone[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const match = /^Node (\d{1,5}), zone +(\S{1,20})((?: +\d{1,15})+) *$/.exec(line);
    if (!match) throw new MalformedFile(path, index + 1, line);
    return [{ node: Number(match[1]), zone: match[2]!, free: match[3]!.trim().split(/ +/).map(Number) }];
  });
}
