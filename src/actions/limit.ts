export type Limit = number | 'max';

/** A limit as a kernel file prints it: v2 says `max`, v1 the largest number of whole pages (PAGE_COUNTER_MAX) or takes -1. */
export function parseLimit(text: string): Limit | null {
  const trimmed = text.trim();
  if (trimmed === 'max' || trimmed === '-1') return 'max';
  if (!/^\d{1,20}$/.test(trimmed)) return null;
  const bytes = Number(trimmed);
  return bytes >= 2 ** 62 ? 'max' : bytes;
}

/** What is written to have this limit: no limit is -1 on v1 (Documentation/admin-guide/cgroup-v1/memory.rst). */
export function limitText(limit: Limit, version: 1 | 2): string {
  if (limit === 'max') return version === 1 ? '-1' : 'max';
  return String(limit);
}

export function isLower(limit: Limit, than: Limit): boolean {
  return limit !== 'max' && (than === 'max' || limit < than);
}

/** The kernel keeps whole pages, rounded down (page_counter_memparse() in mm/page_counter.c). */
export function isSameLimit(one: Limit, other: Limit, pageSizeBytes: number): boolean {
  if (one === 'max' || other === 'max') return one === other;
  return Math.floor(one / pageSizeBytes) === Math.floor(other / pageSizeBytes);
}
