/**
 * Whether a kernel's release is the given one or later: the kernel's rules changed over the years. Distributions take
 * later changes into older releases, so that what was printed goes before this.
 * @returns null where the log does not tell the release
 */
export function isSince(kernel: string | null, major: number, minor: number, patch = 0): boolean | null {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?/.exec(kernel ?? '');
  if (!match) return null;
  const told = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const asked = [major, minor, patch];
  const index = told.findIndex((number, at) => number !== asked[at]);
  return index < 0 || told[index]! > asked[index]!;
}
