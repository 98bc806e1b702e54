import { kilobytes, nodeNumber, toNumber } from '../numbers.js';
import type { LineKind } from './line.js';

/** `Node 0 hugepages_total=360 hugepages_free=360 hugepages_surp=0 hugepages_size=1048576kB` */
export const hugePages: LineKind = {
  name: 'huge-pages',
  role: 'note',
  oomOnly: false,
  read(message) {
    const node = nodeNumber(/^(?:Node (\d{1,4}) )?hugepages_\w/.exec(message)?.[1]);
    if (node === null || !/^(?:Node \d{1,4} )?hugepages_/.test(message)) return null;
    const value = (key: string) => toNumber(new RegExp(`hugepages_${key}=(\\d{1,16})`).exec(message)?.[1]);
    const sizeBytes = kilobytes(/hugepages_size=(\d{1,16})kB/.exec(message)?.[1]);
    const total = value('total');
    const free = value('free');
    if (sizeBytes === null || total === null || free === null) return null;
    return {
      slot: `huge-pages:${node}:${sizeBytes}`,
      apply({ report }, quote) {
        report.hugePages.push({ node, sizeBytes, total, free, surplus: value('surp') ?? 0, quote });
      },
    };
  },
};
