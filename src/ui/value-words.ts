import { formatBytes } from '../text/bytes.js';

/** cgroup v1 counts in pages below 2^63: anything near it is no limit (mm/page_counter.c, PAGE_COUNTER_MAX). */
const noLimit = 2 ** 62;

/**
 * What a kernel file's value means, for people: `62914560` in memory.max is `60 MiB`.
 * @returns null where the value says it already
 */
export function valueInWords(path: string, value: string): string | null {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const isBytes = /^memory\.(?:(?:swap\.|zswap\.)?(?:max|high|low|min)|(?:memsw\.|kmem\.|soft_)?limit_in_bytes)$/.test(
    file,
  );
  if (isBytes && value === 'max') return 'no limit';
  if (!/^\d{1,19}$/.test(value)) return null;
  if (isBytes) return Number(value) >= noLimit ? 'no limit' : formatBytes(Number(value));
  if (/_kbytes$/.test(file)) return formatBytes(Number(value) * 1024);
  return null;
}
