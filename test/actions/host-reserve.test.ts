import { expect, test } from 'vitest';
import { hostReserveBytes } from '../../src/actions/host-reserve.js';
import { GiB, hostOf, MiB, v2Files } from './hosts.js';

test.each([
  [1 * GiB, Math.floor(GiB / 10)],
  [4 * GiB, Math.floor((4 * GiB) / 10)],
  [8 * GiB, 512 * MiB],
  [64 * GiB, Math.floor((64 * GiB) / 20)],
])('of %i bytes a host keeps %i', (total, reserve) => {
  expect(hostReserveBytes(hostOf(v2Files({ '/proc/meminfo': `MemTotal: ${total / 1024} kB\n` })))).toBe(reserve);
});

test('not known is not zero', () => {
  expect(hostReserveBytes(hostOf(v2Files({ '/proc/meminfo': 'MemFree: 1 kB\n' })))).toBeNull();
});
