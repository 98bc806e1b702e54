import { kilobytes, nodeNumber, toNumber } from '../numbers.js';
import { joinBrokenKeys } from '../zone-keys.js';
import type { LineKind } from './line.js';

export const zoneNames = '(DMA|DMA32|Normal|HighMem|Movable|Device)';
const pattern = new RegExp(`^(?:Node (\\d{1,4}) )?${zoneNames} free:(\\d{1,16})[kK]B(?:\\s|$)`);

/** `Node 0 Normal free:46592kB min:46712kB low:58388kB …` */
export const zone: LineKind = {
  name: 'zone',
  role: 'body',
  oomOnly: false,
  read(message) {
    const match = pattern.exec(message);
    const freeBytes = kilobytes(match?.[3]);
    const node = nodeNumber(match?.[1]);
    if (!match || node === null || freeBytes === null) return null;
    const name = match[2]!;
    const values = kilobyteValues(message);
    return {
      slot: `zone:${node}:${name}`,
      apply({ report }, quote) {
        report.zones.push({
          node,
          name,
          freeBytes,
          minBytes: values.min ?? null,
          lowBytes: values.low ?? null,
          highBytes: values.high ?? null,
          boostBytes: values.boost ?? null,
          reservedHighatomicBytes: values.reserved_highatomic ?? null,
          freeCmaBytes: values.free_cma ?? null,
          managedBytes: values.managed ?? null,
          presentBytes: values.present ?? null,
          mlockedBytes: values.mlocked ?? null,
          lowmemReservePages: null,
          values,
          quote,
        });
      },
    };
  },
};

/** `lowmem_reserve[]: 0 2830 7802 7802` stands behind its zone's line. */
export const lowmemReserve: LineKind = {
  name: 'lowmem-reserve',
  role: 'note',
  oomOnly: false,
  read(message) {
    const match = /^lowmem_reserve\[\]:((?: \d{1,16}){1,8})$/.exec(message);
    if (!match) return null;
    const pages = match[1]!
      .trim()
      .split(' ')
      .map((number) => toNumber(number) ?? 0);
    return {
      slot: null,
      apply({ report }) {
        const last = report.zones.at(-1);
        if (last) last.lowmemReservePages ??= pages;
      },
    };
  },
};

/** `Node 0 active_anon:123kB … anon_thp: 0kB kernel_stack:15024kB all_unreclaimable? no`: since 4.8, beside the zones' own. */
export const node: LineKind = {
  name: 'node',
  role: 'note',
  oomOnly: false,
  read(message) {
    const match = /^Node (\d{1,4}) active_anon:\d{1,16}kB /.exec(message);
    if (!match) return null;
    return {
      slot: null,
      apply({ report }, quote) {
        const number = Number(match[1]);
        if (report.nodes.some((one) => one.node === number)) return;
        report.nodes.push({ node: number, values: kilobyteValues(message), quote });
      },
    };
  },
};

/** Every `key:NkB`, in bytes; keys in lower case (`Balloon:` of 6.19). */
function kilobyteValues(message: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [, key, number] of joinBrokenKeys(message.slice(0, 8192)).matchAll(
    /([a-z_]{2,40}(?:\([a-z]{1,10}\))?): ?(\d+)[kK]B(?=\s|$)/gi,
  )) {
    const value = kilobytes(number);
    if (value !== null) values[key!.toLowerCase()] ??= value;
  }
  return values;
}
