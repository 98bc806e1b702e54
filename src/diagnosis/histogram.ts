export interface Histogram {
  add(seconds: number): void;
  /** @returns counts by the second at which each bucket begins, ascending; empty ones are left out */
  buckets(): { widthSeconds: number; counts: [atSeconds: number, reports: number][] };
}

const mostBuckets = 128;

/**
 * Counts over a span that is not known before: the buckets, whole multiples of a power of two of seconds, are as narrow
 * as a fixed number of them allows. The same times give the same buckets, in whatever order they come.
 */
export function createHistogram(): Histogram {
  let width = 1;
  let counts = new Map<number, number>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  const widen = () => {
    width *= 2;
    const wider = new Map<number, number>();
    for (const [bucket, count] of counts) {
      const own = Math.floor(bucket / 2);
      wider.set(own, (wider.get(own) ?? 0) + count);
    }
    counts = wider;
  };

  return {
    add(seconds) {
      first = Math.min(first, seconds);
      last = Math.max(last, seconds);
      while (Math.floor(last / width) - Math.floor(first / width) >= mostBuckets) widen();
      const bucket = Math.floor(seconds / width);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    },
    buckets: () => ({
      widthSeconds: width,
      counts: [...counts].sort(([a], [b]) => a - b).map(([bucket, count]) => [bucket * width, count]),
    }),
  };
}
