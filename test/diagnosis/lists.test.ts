import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { causes } from '../../src/diagnosis/causes/index.js';
import { checks } from '../../src/diagnosis/checks/index.js';
import { factors } from '../../src/diagnosis/factors/index.js';
import { causeSchema, factorSchema } from '../../src/schemas/diagnosis.js';

const filesOf = (folder: string) =>
  readdirSync(new URL(`../../src/diagnosis/${folder}`, import.meta.url))
    .filter((name) => name !== 'index.ts')
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();

test.each([
  ['causes', causes.map(({ cause }) => cause)],
  ['factors', factors.map(({ factor }) => factor)],
  ['checks', checks.map(({ id }) => id)],
])('every file of %s is in its list, under its own name', (folder, names) => {
  expect(filesOf(folder)).toEqual([...names].sort());
});

test('every cause and factor of the contract has its rule', () => {
  expect([...causes.map(({ cause }) => cause), 'unknown'].sort()).toEqual([...causeSchema.options].sort());
  expect(factors.map(({ factor }) => factor)).toEqual(factorSchema.options);
});

test('the checks of the contract are all there', () => {
  expect(checks.map(({ id }) => id)).toEqual([
    'slab-unreclaimable',
    'init-rss',
    'transparent-huge-pages',
    'node-free',
    'fragmentation',
    'cgroup-at-limit',
    'huge-page-reservation',
    'swap',
    'memory-available',
  ]);
});
