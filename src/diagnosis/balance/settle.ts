import type { Balance } from '../../schemas/diagnosis.js';
import { formatBytes } from '../../text/bytes.js';

export interface Part {
  name: string;
  bytes: number;
  text: string;
}

/** The largest memory that a part is believed to be: sums of such parts stay exact, and no machine has as much. */
const mostBytes = 2 ** 48;

/**
 * Parts that add up to the total. What no counter owns is a part of its own. The kernel reads its counters one after
 * another while memory changes hands, so that they may come to more than there is: then the largest parts are taken down
 * by the surplus, and say so.
 * @returns null where a number cannot be one of a real machine
 */
export function settle(
  of: Balance['of'],
  totalBytes: number,
  parts: Part[],
  { complete, unaccounted }: { complete: boolean; unaccounted: string },
): Balance | null {
  const known = parts.filter(({ bytes }) => bytes !== 0);
  const isBelievable = (bytes: number) => Number.isInteger(bytes) && bytes >= 0 && bytes <= mostBytes;
  if (totalBytes === 0 || ![totalBytes, ...known.map(({ bytes }) => bytes)].every(isBelievable)) return null;
  const surplusBytes = Math.max(0, sumOf(known) - totalBytes);
  const told = surplusBytes > 0 ? lessen(known, surplusBytes) : known;
  const rest = totalBytes - sumOf(told);
  const all = rest > 0 ? [...told, { name: 'unaccounted', bytes: rest, text: unaccounted }] : told;
  return {
    of,
    totalBytes,
    parts: all.toSorted((a, b) => b.bytes - a.bytes),
    surplusBytes,
    complete: complete && surplusBytes === 0,
  };
}

function lessen(parts: Part[], surplusBytes: number): Part[] {
  let left = surplusBytes;
  return parts
    .toSorted((a, b) => b.bytes - a.bytes)
    .map((part) => {
      const taken = Math.min(left, part.bytes);
      left -= taken;
      if (taken === 0) return part;
      const words = `, less ${formatBytes(taken)}: the counters were read one after another, and come to more than the total`;
      return { ...part, bytes: part.bytes - taken, text: part.text + words };
    });
}

export function sumOf(parts: { bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
