import { kilobyteLimit, kilobytes, toNumber } from '../numbers.js';
import type { Charge } from '../report.js';
import type { LineKind } from './line.js';

const places = { memory: 'memory', 'memory+swap': 'memorySwap', swap: 'swapCharge', kmem: 'kmem' } as const;

/** `memory: usage 204800kB, limit 204800kB, failcnt 26`: the cgroup whose limit was hit. */
export const charge: LineKind = {
  name: 'charge',
  role: 'body',
  oomOnly: true,
  read(message) {
    const match =
      /^(memory|memory\+swap|swap|kmem): ?usage (\S{1,500}?)kB, limit (\S{1,500}?)kB(?:, failcnt (\S{1,500}))?/.exec(
        message,
      );
    if (!match) return null;
    const name = match[1] as keyof typeof places;
    const value: Charge = {
      usageBytes: kilobytes(match[2]),
      limitBytes: kilobyteLimit(match[3]),
      failcnt: toNumber(match[4]),
    };
    return {
      slot: name,
      apply({ report }, quote) {
        report[places[name]] = value;
        report.quotes[name] = quote;
      },
    };
  },
};
