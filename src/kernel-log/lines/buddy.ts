import { kilobytes, nodeNumber, toNumber } from '../numbers.js';
import type { BuddyReport } from '../report.js';
import type { LineKind } from './line.js';
import { zoneNames } from './zone.js';

const pattern = new RegExp(
  `^(?:Node (\\d{1,4}) )?${zoneNames}:((?: \\d{1,16}\\s{0,16}\\*\\d{1,16}[kK]B)[\\s\\S]{0,2000})$`,
);

/** `Node 0 Normal: 1325*4kB (UME) 966*8kB (UME) … = 47560kB`: free blocks; the first column is one page. */
export const buddy: LineKind = {
  name: 'buddy',
  role: 'body',
  oomOnly: false,
  read(message) {
    const match = pattern.exec(message);
    if (!match) return null;
    const blocks: BuddyReport['blocks'] = [];
    for (const [, number, size, types] of match[3]!.matchAll(
      /(?<=\s)(\d{1,16})\s{0,16}\*(\d{1,16})[kK]B(?: \(([UMEHCIS]{1,8})\))?/g,
    )) {
      const count = toNumber(number);
      const sizeBytes = kilobytes(size);
      if (count === null || sizeBytes === null) continue;
      const order = Math.log2(sizeBytes / (blocks[0]?.sizeBytes ?? sizeBytes));
      if (Number.isInteger(order) && order >= 0) blocks.push({ order, sizeBytes, count, types: types ?? '' });
    }
    const node = nodeNumber(match[1]);
    if (blocks.length === 0 || node === null) return null;
    const zone = match[2]!;
    return {
      slot: `buddy:${node}:${zone}`,
      apply({ report }, quote) {
        report.buddy.push({ node, zone, blocks, complete: /=\s{0,4}(?:\d{1,16}kB)?$/.test(message), quote });
      },
    };
  },
};
