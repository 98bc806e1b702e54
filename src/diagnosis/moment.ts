import type { Report } from '../kernel-log/report.js';

/** When a report was made, by whatever its log tells. */
export interface Moment {
  /** its place in the order of the log: what is left where it has no clock */
  index: number;
  time: string | null;
  epochMs: number | null;
  uptimeSeconds: number | null;
  /** the host, or the log where it names none: clocks of one place may be compared */
  place: string;
}

export function momentOf({ time, epochMs, uptimeSeconds, hostName, source }: Report, index: number): Moment {
  return { index, time, epochMs, uptimeSeconds, place: hostName ?? source.name };
}

export const inLogOrder = (a: Moment, b: Moment) => a.index - b.index;

/** The middle one, or the mean of the two in the middle; null for none. */
export function median(numbers: number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
