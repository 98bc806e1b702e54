import { expect, test } from 'vitest';
import { protectionEvidence } from '../../src/diagnosis/protection.js';
import { aHost, aMemoryCgroup } from './a-host.js';
import { aQuote, aReport, atLimit } from './a-report.js';

const GiB = 2 ** 30;
const quotes = { protection: aQuote('Memory cgroup min protection …') };
const shows = (...given: Parameters<typeof protectionEvidence>) => protectionEvidence(...given).map((one) => one.shows);
const global = aReport({ scope: 'global', ramPages: (8 * GiB) / 4096, reservedPages: 0, quotes });

test('what the kernel printed, where it is more than a tenth of memory', () => {
  const kept = (minBytes: number, lowBytes: number) => ({ ...global, protection: { minBytes, lowBytes } });
  expect(shows(kept(2 * GiB, 0), null)).toEqual(['memory.min kept 2 GiB from reclaim, and memory.low 0 B']);
  expect(shows(kept(0, 0.5 * GiB), null)).toEqual([]);
});

test('what the cgroups at the top keep now, of what they hold', () => {
  const cgroups = (minBytes: number | 'max') => [
    aMemoryCgroup({ path: '/', children: ['/db'] }),
    aMemoryCgroup({ path: '/db', minBytes, usageBytes: 3 * GiB }),
  ];
  expect(shows(global, aHost({ memoryCgroups: cgroups(2 * GiB) }))).toEqual([
    'memory.min keeps 2 GiB from reclaim now',
  ]);
  expect(shows(global, aHost({ memoryCgroups: cgroups('max') }))).toEqual(['memory.min keeps 3 GiB from reclaim now']);
  expect(shows(global, aHost({ memoryCgroups: cgroups(0) }))).toEqual([]);
});

test('another cgroup’s protection is no matter where a cgroup is at its own limit', () => {
  const memoryCgroups = [
    aMemoryCgroup({ path: '/', children: ['/db'] }),
    aMemoryCgroup({ path: '/db', minBytes: 'max', usageBytes: 3 * GiB }),
  ];
  expect(shows(atLimit(), aHost({ memoryCgroups }))).toEqual([]);
  expect(shows({ ...global, sysrq: true }, aHost({ memoryCgroups }))).toEqual([]);
});
