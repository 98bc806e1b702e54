import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactBytes, formatBytes, formatLimit, parseBytes } from '../../src/text/bytes.js';
import { escapeForTerminal } from '../../src/text/escape.js';
import { formatList, parseList } from '../../src/text/lists.js';
import { shellQuote, writeCommand } from '../../src/text/quote.js';

describe('sizes', () => {
  test.each([
    ['512MiB', 536870912],
    ['1.5GiB', 1610612736],
    ['1.5 GiB', 1610612736],
    ['60M', 62914560],
    ['1GB', 1e9],
    ['4096', 4096],
    [4096, 4096],
    ['100kb', 100_000],
  ])('%s is %i bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  test.each([
    '',
    'MiB',
    '-1',
    '1.5',
    '1e9',
    '0x10',
    'NaN',
    'Infinity',
    '1 2',
    '9007199254740993',
    '1EiB',
    '９',
    '1.MiB',
    Number.NaN,
    -1,
    1.5,
  ])('%s is no size', (text) => expect(parseBytes(text)).toBeNull());

  test('what is written exactly is read back exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (bytes) => parseBytes(exactBytes(bytes)) === bytes,
      ),
    );
  });

  test.each([
    [62914560, '60 MiB'],
    [0, '0 B'],
    [11.13 * 2 ** 30, '11.1 GiB'],
    [-1.5 * 2 ** 20, '-1.5 MiB'],
    [1023 * 2 ** 20, '1023 MiB'],
  ])('%i is shown as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test('max is no limit', () => expect(formatLimit('max')).toBe('no limit'));
});

describe('lists of the kernel', () => {
  test.each([
    ['0-2,4', [0, 1, 2, 4]],
    ['', []],
    ['3\n', [3]],
  ])('%j', (text, numbers) => expect(parseList(text)).toEqual(numbers));
  test.each(['a', '1-', '-1', '2-1', '0-99999', '1,,2', '0x1'])('%s is none', (text) =>
    expect(parseList(text)).toBeNull(),
  );
  test('written and read back', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 1023 })).map((list) => list.sort((a, b) => a - b));
    fc.assert(fc.property(numbers, (list) => parseList(formatList(list))?.join() === list.join()));
  });
});

describe('nothing unescaped', () => {
  test.each(['\x1b[31m', '\x00', '\r', '\u202e', '\u200b', '\ufeff', '\u2028', '\x9b31m', '\u{e0041}'])(
    '%j',
    (text) => {
      expect(escapeForTerminal(`a${text}b`)).toMatch(/^a[\x20-\x7e]*b$/);
    },
  );
  test('no control or format character is left of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}]/u.test(escapeForTerminal(text))));
  });
  test('words for a shell', () => {
    expect(shellQuote("it's $(x)")).toBe(`'it'\\''s $(x)'`);
    expect(writeCommand('/sys/fs/cgroup/a b/memory.max', 'max')).toBe(
      "printf %s max | sudo tee '/sys/fs/cgroup/a b/memory.max'",
    );
  });
});
