// /proc/vmstat, memory.stat, memory.events: one key and one number a line
//   nr_free_pages 6013270
//   oom_kill 3
import { integer } from './malformed.js';

/** Numbers by key, as printed. A line of another shape is skipped: kernels add keys of all kinds. */
export function parseKeyed(text: string): Record<string, number> {
  const entries = text.split('\n').flatMap((line) => {
    const match = /^(\S{1,80}) (-?\d{1,20})$/.exec(line.trim());
    const value = integer(match?.[2]);
    return match && value !== null ? [[match[1]!, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
