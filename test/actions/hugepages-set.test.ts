import { expect, test } from 'vitest';
import { hugePagesSet } from '../../src/actions/hugepages-set.js';
import { applyTo, type Files, GiB, hostOf, planOn, refusals, v2Files } from './hosts.js';

const folder = (node: number) => `/sys/devices/system/node/node${node}/hugepages/hugepages-1048576kB`;
const pool = (node: number, total: number, free: number): Files => ({
  [`${folder(node)}/nr_hugepages`]: `${total}\n`,
  [`${folder(node)}/free_hugepages`]: `${free}\n`,
  [`${folder(node)}/surplus_hugepages`]: '0\n',
});
const files = v2Files({ ...pool(0, 8, 6), ...pool(1, 8, 8) });
const plan = (count: unknown, on = files) => planOn(hugePagesSet, { node: 0, size: '1GiB', count }, on);

test('fewer, and free ones only', () => {
  const { changes, was, guards } = plan(2);
  expect(changes).toEqual([
    { kind: 'write', path: `${folder(0)}/nr_hugepages`, before: '8', after: '2', undo: '8', compare: 'number' },
  ]);
  expect(was).toEqual({ count: 8 });
  expect(refusals(guards)).toEqual([]);
  expect(refusals(plan(1).guards)).toEqual(['free-pages']);
  expect(refusals(plan(9).guards)).toContain('bounds');
  expect(plan(8).changes).toEqual([]);
});

test('reserved ones are promised to somebody', () => {
  const meminfo = v2Files()
    ['/proc/meminfo']!.replace(/HugePages_Rsvd: .*/, 'HugePages_Rsvd:       10')
    .replace(/Hugepagesize: .*/, 'Hugepagesize:    1048576 kB');
  const reserved = { ...files, '/proc/meminfo': meminfo };
  // 14 free on both nodes, 10 reserved
  expect(refusals(plan(4, reserved).guards)).toEqual([]);
  expect(refusals(plan(3, reserved).guards)).toEqual(['free-pages']);
});

test('tells a pool that did not shrink as far', () => {
  const { changes } = plan(2);
  const verify = (on: Files) => hugePagesSet.verify({ node: 0, size: GiB, count: 2 }, hostOf(on), {});
  expect(verify(applyTo(files, changes)).ok).toBe(true);
  expect(verify({ ...files, ...pool(0, 3, 1) })).toEqual({
    ok: false,
    text: 'node 0: 3 huge pages of 1 GiB, not 2: the rest is in use',
  });
});

test('taking it back leaves the host its reserve', () => {
  const { changes } = plan(2);
  const after = applyTo(files, changes);
  expect(refusals(hugePagesSet.guardUndo!(changes, hostOf(after)))).toEqual([]);
  const meminfo = files['/proc/meminfo']!.replace(/MemAvailable: .*/, 'MemAvailable:    6500000 kB');
  expect(refusals(hugePagesSet.guardUndo!(changes, hostOf({ ...after, '/proc/meminfo': meminfo })))).toEqual([
    'headroom',
  ]);
});

test('a pool that is not there', () => {
  expect(() => planOn(hugePagesSet, { node: 0, size: '2MiB', count: 0 }, files)).toThrow(
    expect.objectContaining({ code: 'guard.unsupported' }),
  );
  expect(() => planOn(hugePagesSet, { node: 2, size: '1GiB', count: 0 }, files)).toThrow(
    expect.objectContaining({ code: 'guard.unsupported' }),
  );
});
