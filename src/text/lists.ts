/**
 * The kernel's list format (Documentation/admin-guide/cputopology.rst): `0-2,4`, '' is empty.
 * @returns the numbers, ascending and once each; null where it is no such list or names more than 4096
 */
export function parseList(text: string): number[] | null {
  const numbers = new Set<number>();
  const trimmed = text.trim();
  if (trimmed === '') return [];
  for (const part of trimmed.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    if (!match) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last - first >= 4096) return null;
    for (let number = first; number <= last; number++) numbers.add(number);
    if (numbers.size > 4096) return null;
  }
  return [...numbers].sort((a, b) => a - b);
}

/** `[0, 1, 2, 4]` is `0-2,4`, as the kernel prints it. */
export function formatList(numbers: number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(start === end ? `${sorted[start]}` : `${sorted[start]}-${sorted[end]}`);
    start = end + 1;
  }
  return parts.join(',');
}
