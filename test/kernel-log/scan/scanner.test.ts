import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needleGroups } from '../../../src/kernel-log/scan/needles.js';
import { assembledScanner, plainScanner, type Scanner } from '../../../src/kernel-log/scan/scanner.js';

const size = 70_000;
const scanners: [string, Scanner][] = [
  ['assembled', assembledScanner(size)],
  ['plain', plainScanner(size)],
];
const needles = needleGroups.flat();

/** The line of each needle found: what counts is which line it is in. */
function linesWithNeedles(scanner: Scanner, text: string, from = 0): number[] {
  const length = scanner.bytes.write(text, 0, 'latin1');
  const lines: number[] = [];
  for (let at = scanner.find(from, length); at >= 0; ) {
    lines.push(text.lastIndexOf('\n', at) + 1);
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = scanner.find(end + 1, length);
  }
  return lines;
}

describe.each(scanners)('%s', (_name, scanner) => {
  test.each(needles.map(({ text }) => text))('finds %j wherever it stands', (needle) => {
    for (let before = 0; before < 40; before++) {
      expect(linesWithNeedles(scanner, `${'x'.repeat(before)}${needle}${'y'.repeat(40)}\n`)).toEqual([0]);
      expect(linesWithNeedles(scanner, `a\n${'x'.repeat(before)}${needle}`)).toEqual([2]);
    }
  });

  test('finds nothing outside of what was asked for', () => {
    const text = 'oom-killer\nnothing here\noom-killer\n';
    const length = scanner.bytes.write(text, 0, 'latin1');
    expect(scanner.find(11, 24)).toBe(-1);
    expect(scanner.find(24, length)).toBeGreaterThanOrEqual(24);
    expect(scanner.find(length, length)).toBe(-1);
  });

  test('counts lines', () => {
    const text = 'ab\n'.repeat(20_000);
    const length = scanner.bytes.write(text, 0, 'latin1');
    expect(scanner.countLines(0, length)).toBe(20_000);
    expect(scanner.countLines(3, 3)).toBe(0);
    expect(scanner.countLines(1, length - 1)).toBe(19_999);
  });
});

test('both find the same in whatever text', () => {
  const piece = fc.oneof(
    fc.constantFrom(...needles.flatMap(({ text }) => [text, text.slice(1), text.slice(0, -1), text.toUpperCase()])),
    fc.string({ maxLength: 30 }),
    fc.constantFrom('\n', ' ', '\0', 'ÿ'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200, size: 'max' }), (pieces) => {
      const text = `${Buffer.from(pieces.join('')).toString('latin1')}\n`;
      const [ours, theirs] = scanners.map(([, scanner]) => linesWithNeedles(scanner, text));
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 300 },
  );
});

test('each needle has its fingerprint within it, and room for its bytes', () => {
  for (const { text, at } of needles) {
    expect(at + 6).toBeLessThan(text.length);
    expect(text.length).toBeLessThanOrEqual(16);
  }
  expect(needleGroups).toHaveLength(8);
});

test('the module is that of scan.wat', async () => {
  const { assembled } = await import('../../../scripts/assemble-scan.ts');
  const module = readFileSync(new URL('../../../src/kernel-log/scan/module.ts', import.meta.url), 'utf8');
  expect(await assembled()).toBe(module);
});
