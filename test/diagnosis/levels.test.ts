import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import { type HostFiles, mapFiles, openHost } from '../../src/host/index.js';
import type { Report } from '../../src/kernel-log/report.js';
import {
  type Files,
  MiB,
  v1Files,
  v1Memory,
  v1MemoryCgroup,
  v2Files,
  v2MemoryCgroup,
  v2Root,
} from '../actions/hosts.js';
import { aReport, atLimit } from './a-report.js';

const source: Report['source'] = { kind: 'file', name: 'kern.log', forgeable: true };
const on = (report: Report, files: HostFiles | null) =>
  diagnose({ reports: [report], sources: [source], host: files && openHost(files), warnings: [] }).incidents[0]!;
const shop = (limit: string, children: Record<string, [limit: string, usage: number]>): Files =>
  v2Files({
    ...v2MemoryCgroup('/shop', { limit, usage: 190 * MiB, anon: 190 * MiB, high: String(180 * MiB) }),
    ...Object.assign(
      {},
      ...Object.entries(children).map(([name, [own, usage]]) =>
        v2MemoryCgroup(`/shop/${name}`, { limit: own, usage, anon: usage }),
      ),
    ),
  });
const inCart = atLimit({
  taskCgroup: '/shop/cart',
  memory: { usageBytes: 200 * MiB, limitBytes: 200 * MiB, failcnt: 26 },
});

describe('live', () => {
  test('from the task’s cgroup up to the root, with what each has now', () => {
    const files = {
      ...shop(String(200 * MiB), { cart: ['max', 60 * MiB], batch: ['max', 120 * MiB] }),
      [`${v2Root}/shop/memory.peak`]: `${200 * MiB}\n`,
      [`${v2Root}/shop/memory.events`]: 'low 0\nhigh 0\nmax 9\noom 3\noom_kill 3\n',
    };
    const { levels } = on(inCart, mapFiles(files));
    expect(levels.map(({ path }) => path)).toEqual(['/shop/cart', '/shop', '/']);
    expect(levels[0]).toMatchObject({ isTask: true, isLimit: false, limitBytes: 'max', children: [], source: 'now' });
    expect(levels[1]).toEqual({
      path: '/shop',
      whose: null,
      isLimit: true,
      isTask: false,
      limitBytes: 200 * MiB,
      highBytes: 180 * MiB,
      usageBytes: 190 * MiB,
      peakBytes: 200 * MiB,
      oomKills: 3,
      source: 'now',
      children: [
        { path: '/shop/batch', usageBytes: 120 * MiB, share: 0.6 },
        { path: '/shop/cart', usageBytes: 60 * MiB, share: 0.3 },
      ],
    });
    expect(levels[2]).toMatchObject({ path: '/', limitBytes: null, source: 'now' });
  });

  test('v1', () => {
    const files = v1Files({
      ...v1MemoryCgroup('/shop', { limit: String(200 * MiB), usage: 190 * MiB, anon: 0 }),
      ...v1MemoryCgroup('/shop/cart', { limit: String(500 * MiB), usage: 60 * MiB, anon: 0 }),
      [`${v1Memory}/shop/cart/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
    });
    const { levels } = on(inCart, mapFiles(files));
    expect(levels.map(({ limitBytes, peakBytes, oomKills }) => [limitBytes, peakBytes, oomKills])).toEqual([
      [500 * MiB, 60 * MiB, 2],
      [200 * MiB, 190 * MiB, null],
      ['max', 0, null],
    ]);
    expect(levels[1]!.children).toEqual([{ path: '/shop/cart', usageBytes: 60 * MiB, share: 0.3 }]);
  });

  test('a child without a limit of its own is no fault, and it is said', () => {
    const { evidence } = on(inCart, mapFiles(shop(String(200 * MiB), { cart: ['max', 60 * MiB] })));
    expect(evidence).toContainEqual(
      expect.objectContaining({
        text: '/shop/cart: memory.max: no limit',
        shows: expect.stringContaining('is simply the first that binds it, which is no fault above'),
      }),
    );
  });

  test('a child below its own limit, and the sibling that holds the most', () => {
    const files = shop(String(200 * MiB), { cart: [String(100 * MiB), 60 * MiB], batch: ['max', 120 * MiB] });
    const shows = on(inCart, mapFiles(files)).evidence.map((item) => item.shows);
    expect(shows).toContain(
      '/shop/cart has a limit of its own, and it was not that one which was hit: what all below /shop hold together counts',
    );
    expect(shows).toContain(
      'now /shop/batch holds the most below /shop: 60% of its limit, and the killed task was not in it',
    );
  });

  test('of many children the eight largest, one file of each read', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`c${index}`, ['max', index * MiB] as [string, number]]),
    );
    const read: string[] = [];
    const files = mapFiles(shop(String(200 * MiB), many));
    const { levels } = on(atLimit(), {
      ...files,
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    });
    expect(levels[0]!.children.map(({ path }) => path)).toEqual(
      [39, 38, 37, 36, 35, 34, 33, 32].map((n) => `/shop/c${n}`),
    );
    expect(read.filter((path) => path === `${v2Root}/shop/c3/memory.current`).length).toBeLessThanOrEqual(2);
  });

  test('a cgroup that is gone is told from the report', () => {
    const { levels } = on(inCart, mapFiles(v2Files()));
    expect(levels.map(({ path, source, limitBytes }) => [path, source, limitBytes])).toEqual([
      ['/shop/cart', 'report', null],
      ['/shop', 'report', 200 * MiB],
      ['/', 'now', null],
    ]);
  });
});

describe('from the report alone', () => {
  test('its one limit, and who it is by the path', () => {
    const path = `/docker/${'3f2a1b2c3d4e'.padEnd(64, '0')}`;
    const { levels, whose, aftermath } = on(atLimit({ limitCgroup: path, taskCgroup: path }), null);
    expect(levels.map(({ path: at, usageBytes, source }) => [at, usageBytes, source])).toEqual([
      [path, 60 * MiB, 'report'],
      ['/docker', null, 'report'],
      ['/', null, 'report'],
    ]);
    expect(whose.limit).toMatchObject({ kind: 'docker', text: 'the Docker container 3f2a1b2c3d4e' });
    expect(whose.task).toEqual(whose.limit);
    expect(aftermath).toBeNull();
  });

  test('a global kill has no levels, and its task is somebody’s all the same', () => {
    const { levels, whose } = on(
      aReport({ constraint: 'none', scope: 'global', taskCgroup: '/system.slice/cart.service' }),
      null,
    );
    expect(levels).toEqual([]);
    expect(whose).toMatchObject({ limit: null, task: { unit: 'cart.service' } });
  });

  test.each(['/../etc', 'shop', '/a//b', '/a\u001b[2J'])('%j is no cgroup', (path) => {
    const incident = on(atLimit({ limitCgroup: path, taskCgroup: path }), mapFiles(v2Files()));
    expect([incident.levels, incident.whose.limit]).toEqual([[], null]);
  });

  test('a path of two thousand parts is not followed to its end', () => {
    const path = '/a'.repeat(2000);
    expect(on(atLimit({ limitCgroup: path, taskCgroup: path }), null).levels).toHaveLength(64);
  });
});
