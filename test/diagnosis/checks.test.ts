import { expect, test } from 'vitest';
import { checks, checksOf } from '../../src/diagnosis/checks/index.js';
import type { Host } from '../../src/host/host.js';
import { checkSchema } from '../../src/schemas/diagnosis.js';
import { aHost, aHostZone, aMemoryCgroup } from './a-host.js';

const MiB = 2 ** 20;
const kB = 1024;
const run = (id: string, host: Host) => checks.find((check) => check.id === id)!.run(host);
const thp = aHost().transparentHugePages!;
const noBlocks = [900, 90, 9, 0, 0, 0, 0, 0, 0, 0, 0];

test.each<[string, Host, string, number | string | null]>([
  ['slab-unreclaimable', aHost({ meminfo: { MemTotal: 1000 * kB, SUnreclaim: 100 * kB } }), 'ok', 0.1],
  ['slab-unreclaimable', aHost({ meminfo: { MemTotal: 1000 * kB, SUnreclaim: 101 * kB } }), 'warning', 0.101],
  ['slab-unreclaimable', aHost({ meminfo: null }), 'unknown', null],
  ['init-rss', aHost({ init: { comm: 'systemd', rssAnonBytes: 204800 * kB, isSystemd: true } }), 'ok', 204800 * kB],
  [
    'init-rss',
    aHost({ init: { comm: 'systemd', rssAnonBytes: 204801 * kB, isSystemd: true } }),
    'warning',
    204801 * kB,
  ],
  ['init-rss', aHost({ init: { comm: 'systemd', rssAnonBytes: null, isSystemd: true } }), 'unknown', null],
  ['transparent-huge-pages', aHost(), 'ok', 'madvise'],
  ['transparent-huge-pages', aHost({ transparentHugePages: { ...thp, enabled: 'always' } }), 'warning', 'always'],
  ['transparent-huge-pages', aHost({ transparentHugePages: null }), 'unknown', null],
  ['node-free', aHost(), 'ok', 0],
  [
    'node-free',
    aHost({
      memoryNodes: [0, 1],
      zones: [
        aHostZone(0, 'Normal', { free: 99, low: 100, high: 120 }),
        aHostZone(1, 'Normal', { free: 900, low: 100, high: 120 }),
      ],
    }),
    'warning',
    1,
  ],
  [
    'node-free',
    aHost({
      memoryNodes: [0, 1],
      zones: [
        aHostZone(0, 'Normal', { free: 99, low: 100, high: 120 }),
        aHostZone(1, 'Normal', { free: 99, low: 100, high: 120 }),
      ],
    }),
    'ok',
    0,
  ],
  ['node-free', aHost({ zones: null }), 'unknown', null],
  ['fragmentation', aHost(), 'ok', 0],
  ['fragmentation', aHost({ buddy: [{ node: 0, zone: 'Normal', free: noBlocks }] }), 'warning', 1],
  [
    'fragmentation',
    aHost({
      zones: [aHostZone(0, 'Normal', { free: 99, low: 100, high: 120 })],
      buddy: [{ node: 0, zone: 'Normal', free: noBlocks }],
    }),
    'ok',
    0,
  ],
  ['fragmentation', aHost({ buddy: null }), 'unknown', null],
  ['cgroup-at-limit', aHost({ memoryCgroups: [aMemoryCgroup()] }), 'ok', 0],
  ['cgroup-at-limit', aHost({ memoryCgroups: [aMemoryCgroup({ usageBytes: 60 * MiB })] }), 'warning', 1],
  [
    'cgroup-at-limit',
    aHost({ memoryCgroups: [aMemoryCgroup({ usageBytes: 60 * MiB, unreclaimableBytes: 6 * MiB })] }),
    'ok',
    0,
  ],
  ['cgroup-at-limit', aHost({ memoryCgroups: [aMemoryCgroup({ limitBytes: 'max', usageBytes: 60 * MiB })] }), 'ok', 0],
  ['cgroup-at-limit', aHost({ memoryCgroups: [aMemoryCgroup({ oomKills: 2 })] }), 'warning', 1],
  ['cgroup-at-limit', aHost({ memoryCgroups: [aMemoryCgroup({ oomKills: 2, oomKillsLocal: 0 })] }), 'ok', 0],
  ['huge-page-reservation', aHost(), 'ok', 0],
  [
    'huge-page-reservation',
    aHost({ hugePages: [{ node: 0, sizeBytes: 1024 * MiB, total: 4, free: 2, surplus: 0, path: '' }] }),
    'warning',
    0.25,
  ],
  ['swap', aHost(), 'ok', 1],
  ['swap', aHost({ swaps: [] }), 'warning', null],
  ['swap', aHost({ swaps: [{ name: '/swap', sizeBytes: 100 * MiB, usedBytes: 95 * MiB }] }), 'warning', 0.05],
  ['swap', aHost({ swaps: null }), 'unknown', null],
  ['memory-available', aHost(), 'ok', 0.5],
  ['memory-available', aHost({ meminfo: { MemTotal: 1000 * kB, MemAvailable: 99 * kB } }), 'warning', 0.099],
  ['memory-available', aHost({ meminfo: { MemTotal: 1000 * kB } }), 'unknown', null],
])('%s: %#', (id, host, status, value) => {
  const check = run(id, host);
  expect([check.status, check.value]).toEqual([status, value]);
  expect(check.text).not.toBe('');
});

test('an unknown check names the command that would read it', () => {
  const blind = aHost({ meminfo: null, zones: null, buddy: null, swaps: null, init: null, transparentHugePages: null });
  for (const { status, text } of checksOf(blind).filter(({ status }) => status === 'unknown')) {
    expect([status, text]).toEqual(['unknown', expect.stringMatching(/: (sudo )?(cat|grep) /)]);
  }
});

test('no more than three cgroups are named', () => {
  const memoryCgroups = ['/a', '/b', '/c', '/d', '/e'].map((path) => aMemoryCgroup({ path, oomKills: 1 }));
  const { text, value } = run('cgroup-at-limit', aHost({ memoryCgroups }));
  expect(value).toBe(5);
  expect(text).toContain('/c');
  expect(text).not.toContain('/d');
  expect(text).toContain('and 2 more');
});

test('every check is of the published shape', () => {
  for (const check of checksOf(aHost())) expect(checkSchema.parse(check)).toEqual(check);
});
