import type { WriteChange } from '../actions/action.js';
import { parseList } from '../text/lists.js';

/**
 * Does the text of a kernel file mean the value? The kernel rounds, brackets and reorders what is written.
 * @param text as read, with its line break
 * @param pageSizeBytes for limits, which page_counter_memparse() rounds down to whole pages
 */
export function means(text: string, value: string, compare: WriteChange['compare'], pageSizeBytes: number): boolean {
  const read = text.trim();
  switch (compare) {
    case 'none':
      return true;
    case 'exact':
      return read === value;
    case 'number':
      return /^-?\d+$/.test(read) && /^-?\d+$/.test(value) && BigInt(read) === BigInt(value);
    case 'pages': {
      const [left, right] = [pagesOf(read, pageSizeBytes), pagesOf(value, pageSizeBytes)];
      return left !== null && left === right;
    }
    case 'brackets':
      return (/\[([^\]]*)\]/.exec(read)?.[1] ?? read) === value;
    case 'list': {
      const [left, right] = [parseList(read), parseList(value)];
      return left !== null && right !== null && left.join() === right.join();
    }
  }
}

/** v2 says `max`; v1 takes -1 and prints the largest number of whole pages (PAGE_COUNTER_MAX). */
function pagesOf(text: string, pageSizeBytes: number): string | null {
  if (text === 'max' || text === '-1') return 'max';
  if (!/^\d{1,20}$/.test(text)) return null;
  const pages = BigInt(text) / BigInt(pageSizeBytes);
  return pages >= BigInt(2 ** 63) / BigInt(pageSizeBytes) - 1n ? 'max' : String(pages);
}
