import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Balance } from '../../src/schemas/diagnosis.js';
import { widthOf } from '../../src/text/width.js';
import { balanceRows, balanceTitle } from '../../src/ui/balance.js';
import { plain } from './sample.js';

const MiB = 2 ** 20;
const balance = (sizes: Record<string, number>, more: Partial<Balance> = {}): Balance => {
  const parts = Object.entries(sizes).map(([name, size]) => ({ name, bytes: size * MiB, text: name }));
  const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return { of: 'host', totalBytes, parts, surplusBytes: 0, complete: true, ...more };
};
const sizes = {
  anonymous: 500,
  'page-cache': 300,
  free: 100,
  unaccounted: 60,
  'slab-unreclaimable': 30,
  'page-tables': 5,
  reserved: 5,
};

test('one bar of the screen’s width, each part with its own fill, the small ones together', () => {
  expect(balanceTitle(balance(sizes))).toBe('What the 1000 MiB of RAM were used for');
  expect(balanceRows({ ...plain, columns: 54 }, balance(sizes), 4)).toEqual([
    '    █████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▚▚▚▌▌▁▁▁▁▁',
    '    █ anonymous 500 MiB   ▒ page cache 300 MiB',
    '    ▚ in no counter 60 MiB',
    '    ▌ slab unreclaimable 30 MiB   ░ 2 others 10 MiB',
    '    ▁ free 100 MiB',
  ]);
});

test('in ASCII too', () => {
  const [bar, ...legend] = balanceRows({ ...plain, columns: 60, unicode: false }, balance(sizes), 0);
  expect(bar).toMatch(/^#{30}={18}\+{3,4}%{1,2}-?\.{6}$/);
  expect(legend.join(' ')).toContain('# anonymous 500 MiB   = page cache 300 MiB');
});

test('counters that contradict each other are said', () => {
  const rows = balanceRows(plain, balance(sizes, { surplusBytes: 55 * MiB }), 2);
  expect(rows.at(-1)).toContain('the counters come to 55 MiB more than there is');
});

test('nothing is shown where nothing is told', () => {
  expect(balanceRows(plain, null, 2)).toEqual([]);
});

test('whatever the parts, the bar has its width and the rows fit', () => {
  const names = ['anonymous', 'page-cache', 'free', 'reserved', 'huge-pages', 'slab', 'zswap', 'sockets', 'vmalloc'];
  const parts = fc.record(Object.fromEntries(names.map((name) => [name, fc.nat(2 ** 20)])), { requiredKeys: [] });
  fc.assert(
    fc.property(parts, fc.integer({ min: 40, max: 100 }), fc.boolean(), (found, columns, unicode) => {
      const told = balance(found as Record<string, number>);
      const [bar, ...legend] = balanceRows({ ...plain, columns, unicode }, told, 4);
      if (told.totalBytes > 0) expect(widthOf(bar!)).toBe(Math.min(columns, 78));
      for (const row of legend) expect(widthOf(row)).toBeLessThanOrEqual(columns);
    }),
  );
});
