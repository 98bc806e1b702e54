import { describe, expect, test } from 'vitest';
import { memoryCompact } from '../../src/actions/memory-compact.js';
import { buddyLine, type Files, hostOf, planOn, refusals, v2Files } from './hosts.js';

const plan = (args: unknown, files: Files = v2Files()) => planOn(memoryCompact, args, files);

test('a node’s own file, or all of memory', () => {
  expect(plan({ node: 1 }).changes).toEqual([
    {
      kind: 'write',
      path: '/sys/devices/system/node/node1/compact',
      before: null,
      after: '1',
      undo: null,
      compare: 'none',
      timeoutSeconds: 120,
    },
  ]);
  expect(plan({}).changes[0]?.path).toBe('/proc/sys/vm/compact_memory');
  expect(plan({}).was).toBeNull();
  expect(memoryCompact.reversible).toBe(false);
});

test('refuses a node that is not there, and a kernel that cannot', () => {
  expect(() => plan({ node: 7 })).toThrow(expect.objectContaining({ code: 'guard.nodes' }));
  const { '/proc/sys/vm/compact_memory': _, ...without } = v2Files();
  expect(() => plan({}, without)).toThrow(expect.objectContaining({ code: 'guard.unsupported' }));
  expect(memoryCompact.with.safeParse({ order: 0 }).success).toBe(false);
  expect(memoryCompact.with.safeParse({ node: '0; rm' }).success).toBe(false);
});

describe('off-peak', () => {
  test('shows pressure and load, and refuses when they are very high', () => {
    expect(plan({}).guards).toEqual([
      { id: 'pressure', ok: true, text: 'memory pressure 1.5% (some, 10 s), load 0.5 on 2 CPUs' },
    ]);
    const stalled = v2Files({
      '/proc/pressure/memory':
        'some avg10=40.10 avg60=0.50 avg300=0.10 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n',
    });
    expect(refusals(plan({}, stalled).guards)).toEqual(['pressure']);
    expect(refusals(plan({}, v2Files({ '/proc/loadavg': '8.10 0.40 0.30 1/200 4000\n' })).guards)).toEqual([
      'pressure',
    ]);
    expect(refusals(plan({}, v2Files({ '/proc/loadavg': '8.00 0.40 0.30 1/200 4000\n' })).guards)).toEqual([]);
  });
});

describe('what it brought', () => {
  const blocks = (...free: number[][]) =>
    v2Files({ '/proc/buddyinfo': free.map((counts, node) => buddyLine(node, counts)).join('') });
  const verify = (args: { node?: number; order?: number }, then: Files, now: Files) =>
    memoryCompact.verify(args, hostOf(now), memoryCompact.observe!(args, hostOf(then)));

  test('blocks of the order and above, on the node', () => {
    const then = blocks([100, 10, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]);
    const now = blocks([60, 10, 5, 2], [1, 1, 1, 1], [0, 0, 0, 0]);
    expect(verify({ node: 0, order: 2 }, then, now)).toEqual({
      ok: true,
      text: 'blocks of order 2 to be had on node 0: 0 → 9',
    });
    expect(verify({ order: 3 }, then, now).text).toBe('blocks of order 3 to be had on all nodes: 1 → 3');
  });

  test('blocks that have become fewer and larger are a gain, and what others free meanwhile is none', () => {
    const many = blocks([0, 0, 100, 0], [0], [0]);
    expect(verify({ node: 0, order: 2 }, many, blocks([0, 0, 0, 60], [0], [0])).ok).toBe(true);
    expect(verify({ node: 0, order: 2 }, many, blocks([0, 0, 101, 0], [0], [0])).ok).toBe(false);
  });

  test('no more blocks of the order is no success', () => {
    const then = blocks([100, 10, 0, 0], [0], [0]);
    expect(verify({ node: 0, order: 2 }, then, then)).toEqual({
      ok: false,
      text: "blocks of order 2 to be had on node 0: 0 → 0: compaction did not help. What is in the way may be pages that cannot be moved: the kernel's own, or locked ones",
    });
    expect(verify({ node: 0 }, then, then).ok).toBe(true);
  });

  test('an order that the kernel does not have', () => {
    const files = blocks([1, 1], [1, 1], [1, 1]);
    expect(verify({ order: 12 }, files, files).ok).toBe(false);
  });
});
