/** A number as a log prints it: null where it is none, or no safe integer. */
export function toNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/** A memory node's: null where no kernel has as many (NODES_SHIFT is 10 at most, include/linux/numa.h). */
export function nodeNumber(text: string | undefined): number | null {
  const number = toNumber(text ?? '0');
  return number !== null && number < 1024 ? number : null;
}

export function kilobytes(text: string | undefined): number | null {
  const number = toNumber(text);
  return number !== null && Number.isSafeInteger(number * 1024) ? number * 1024 : null;
}

/**
 * A limit in kB. "No limit" is PAGE_COUNTER_MAX (LONG_MAX / PAGE_SIZE pages, mm/page_counter.h), so what is printed
 * depends on the page size (9007199254740988 with 4 KiB, 9007199254740928 with 64 KiB); older kernels print
 * 9007199254740991 or 18014398509481983.
 */
export function kilobyteLimit(text: string | undefined): number | 'max' | null {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return null;
  return Number(text) >= 9_007_199_254_740_000 ? 'max' : kilobytes(text);
}
