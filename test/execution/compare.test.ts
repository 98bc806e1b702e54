import { expect, test } from 'vitest';
import { means } from '../../src/execution/compare.js';

const page = 4096;

test.each([
  ['62914560\n', '62914560', 'pages', true],
  ['62914560\n', '62918000', 'pages', true],
  ['62914560\n', '62918656', 'pages', false],
  ['max\n', 'max', 'pages', true],
  ['9223372036854771712\n', 'max', 'pages', true],
  ['9223372036854771712\n', '-1', 'pages', true],
  ['62914560\n', 'max', 'pages', false],
  ['', '0', 'pages', false],
  ['always [madvise] never\n', 'madvise', 'brackets', true],
  ['always [madvise] never\n', 'always', 'brackets', false],
  ['0,1\n', '0-1', 'list', true],
  ['0\n', '0-1', 'list', false],
  ['067584\n', '67584', 'number', true],
  ['x\n', '1', 'number', false],
  ['anything', '1', 'none', true],
  ['reclaim\n', 'reclaim', 'exact', true],
] as const)('%j means %s as %s: %s', (text, value, compare, expected) => {
  expect(means(text, value, compare, page)).toBe(expected);
});
