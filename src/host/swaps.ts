// /proc/swaps (mm/swapfile.c swap_show), in kB:
//   Filename				Type		Size		Used		Priority
//   /dev/dm-1                               partition	8388604		0		-2
import type { Swap } from './host.js';

export function parseSwaps(text: string): Swap[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const match = /^(\S+)\s+\S+\s+(\d{1,15})\s+(\d{1,15})\s/.exec(line);
      return match ? [{ name: match[1]!, sizeBytes: Number(match[2]) * 1024, usedBytes: Number(match[3]) * 1024 }] : [];
    });
}
