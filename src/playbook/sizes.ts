import { exactBytes, parseBytes } from '../text/bytes.js';

/** The keys of any action's `with` and `was` that are sizes: read as people write them, numbers in memory. */
const sizeKeys = new Set(['limit', 'swap', 'high', 'size']);

/** The smallest page of any kernel: smaller is a slip of the pen. */
const smallestPageBytes = 4096;

export interface SizeProblem {
  key: string;
  text: string;
}

/**
 * `{limit: '160MiB'}` becomes `{limit: 167772160}`. `max` and open parameters stay.
 * @param kind what is set is at least a page; what was found may be anything the kernel keeps
 */
export function readSizes(
  values: Record<string, unknown>,
  kind: 'with' | 'was',
): { values: Record<string, unknown>; problems: SizeProblem[] } {
  const problems: SizeProblem[] = [];
  const read = Object.entries(values).map(([key, value]) => {
    if (!sizeKeys.has(key) || value === 'max' || (typeof value === 'string' && value.includes('${')))
      return [key, value];
    const text = sizeProblem(value, kind);
    if (text) problems.push({ key, text: `${key} ${text}` });
    return [key, text ? value : parseBytes(value as string | number)];
  });
  return { values: Object.fromEntries(read), problems };
}

function sizeProblem(value: unknown, kind: 'with' | 'was'): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return 'must be a size, as 512MiB or 1.5GiB';
  if (/^\s*-/.test(String(value))) return 'is negative: a size is 0 or more, and max is no limit';
  const bytes = parseBytes(value);
  if (bytes === null) return `is no size ("${String(value).slice(0, 40)}"): write it as 512MiB, 1.5GiB or plain bytes`;
  if (kind === 'with' && bytes < smallestPageBytes) return `is less than one page: it must be at least 4KiB`;
  return null;
}

/** The other way round, for files. */
export function writeSizes(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      sizeKeys.has(key) && typeof value === 'number' ? exactBytes(value) : value,
    ]),
  );
}
