// /proc/meminfo (fs/proc/meminfo.c):
//   MemTotal:       24689956 kB
//   HugePages_Total:       0
import { integer, MalformedFile } from './malformed.js';

/** Bytes by key; the HugePages_* keys are counts. */
export function parseMeminfo(text: string, path: string): Record<string, number> {
  const entries = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const match = /^([^:\s]{1,80}):\s+(\d+)( kB)?\s*$/.exec(line);
    const value = integer(match?.[2]);
    if (!match || value === null) throw new MalformedFile(path, index + 1, line);
    return [[match[1]!, match[3] ? value * 1024 : value] as const];
  });
  return Object.fromEntries(entries);
}
