import { expect, test } from 'vitest';
import { isSince } from '../../src/diagnosis/release.js';

test.each<[string | null, [number, number, number?], boolean | null]>([
  ['6.1.0-56-amd64', [5, 9], true],
  ['5.9.0', [5, 9], true],
  ['5.8.18', [5, 9], false],
  ['4.19.91-24.1.al7.x86_64', [4, 2], true],
  ['3.4.24', [3, 4, 25], false],
  ['2.6.32-754.el6.x86_64', [2, 6, 32], true],
  ['6.1', [6, 1], true],
  ['unknown', [5, 9], null],
  [null, [5, 9], null],
])('%s since %j: %s', (kernel, [major, minor, patch], expected) => {
  expect(isSince(kernel, major, minor, patch)).toBe(expected);
});
