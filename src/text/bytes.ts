const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50 } as const;
const decimal = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;
const suffixes = new Map<string, number>([
  ...Object.entries(units).map(([name, size]) => [name.toLowerCase(), size] as const),
  // "512M" is binary, as in systemd.resource-control(5) and the kernel's memparse()
  ...(['K', 'M', 'G', 'T', 'P'] as const).map((letter) => [letter.toLowerCase(), units[`${letter}iB`]] as const),
  ...Object.entries(decimal).map(([name, size]) => [name.toLowerCase(), size] as const),
]);

/**
 * A size as people write it: `512MiB`, `1.5 GiB`, `60M` (binary), `1GB` (decimal), plain bytes.
 * @returns whole bytes, 0 to 2^53 - 1 (fractions of a byte are dropped); null where it is no size
 */
export function parseBytes(text: string | number): number | null {
  const match = /^\s*(\d{1,16}(?:\.\d{1,9})?)\s*([a-z]*)\s*$/i.exec(String(text));
  if (!match) return null;
  const size = match[2] === '' ? 1 : suffixes.get(match[2]!.toLowerCase());
  if (size === undefined || (size === 1 && match[1]!.includes('.'))) return null;
  const bytes = Math.floor(Number(match[1]) * size);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** For people: at most three figures and one decimal, binary units: `60 MiB`, `11.1 GiB`, `512 B`, `-1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const [name, unit] =
    Object.entries(units)
      .reverse()
      .find(([, candidate]) => size >= candidate) ?? (['B', 1] as const);
  const value = bytes / unit;
  const rounded = Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
  return `${rounded} ${name}`;
}

/** A limit for people: `no limit` for max. */
export function formatLimit(limit: number | 'max'): string {
  return limit === 'max' ? 'no limit' : formatBytes(limit);
}

/** For files: exact, and short where it is a whole number of a unit: `160MiB`, `62914561`. */
export function exactBytes(bytes: number): string {
  const found = Object.entries(units)
    .reverse()
    .find(([name, unit]) => name !== 'B' && bytes >= unit && bytes % unit === 0);
  return found ? `${bytes / found[1]}${found[0]}` : String(bytes);
}
