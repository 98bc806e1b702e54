import { exactBytes } from '../text/bytes.js';

/** The keys of any action's `with` and `was` that are sizes: numbers in memory, in a file as people write them. */
const sizeKeys = new Set(['limit', 'swap', 'high', 'min', 'size']);

/** `{limit: 167772160}` is `{limit: '160MiB'}`: the action's own schema reads it back. */
export function writeSizes(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      sizeKeys.has(key) && typeof value === 'number' ? exactBytes(value) : value,
    ]),
  );
}
