import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownerOf } from '../../src/host/cgroup-owner.js';
import {
  liveFiles,
  mapFiles,
  openHost,
  parseSnapshot,
  recordedFiles,
  recordFiles,
  treeFiles,
} from '../../src/host/index.js';
import { describeWith, isRoot, memory } from '../kernel/machine.js';

const v2 = '/sys/fs/cgroup';
const mounts = {
  '/proc/self/mountinfo': `30 23 0:26 / ${v2} rw - cgroup2 cgroup2 rw\n`,
  [`${v2}/cgroup.controllers`]: 'memory cpuset\n',
  '/proc/meminfo': 'MemTotal: 1000000 kB\nSwapFree: 1000000 kB\n',
};
const stat = 'anon 1000\nshmem 0\nactive_anon 1000\ninactive_anon 0\nunevictable 0\n';
const at = (path: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${v2}${path}/${name}`, text]));

test('children are paths, and a cgroup may be called as a control file is', () => {
  const host = openHost(
    mapFiles({
      ...mounts,
      ...at('/a', { 'cpuset.mems': '0-1\n', 'cpuset.mems.effective': '0-1\n', 'memory.max': 'max\n' }),
      ...at('/a/memory.x', { 'cpuset.mems': '1\n', 'cpuset.mems.effective': '1\n', 'memory.max': '5\n' }),
    }),
  ).cgroups;
  expect(host.cpuset('/a')!.children).toEqual(['/a/memory.x']);
  expect(host.cpuset(host.cpuset('/a')!.children[0]!)!.mems).toBe('1');
  expect(host.memory('/')!.children).toEqual(['/a']);
  expect(host.memoryPaths).toEqual(['/', '/a', '/a/memory.x']);
});

describe('what may be swapped out', () => {
  const swappable = (above: string, own: string, swappiness = '60') =>
    openHost(
      mapFiles({
        ...mounts,
        '/proc/sys/vm/swappiness': `${swappiness}\n`,
        ...at('/a', { 'memory.swap.max': `${above}\n`, 'memory.swap.current': '100\n' }),
        ...at('/a/b', { 'memory.swap.max': `${own}\n`, 'memory.swap.current': '0\n', 'memory.stat': stat }),
      }),
    ).cgroups.memory('/a/b')!.swappableBytes;
  test.each([
    ['max', 'max', 1000],
    ['max', '300', 300],
    ['0', 'max', 0],
    ['150', '300', 50],
  ])('above %s, own %s: %d', (above, own, bytes) => expect(swappable(above, own)).toBe(bytes));
  test('nothing with a swappiness of 0', () => expect(swappable('max', 'max', '0')).toBe(0));
});

test('kernel memory that no part of memory.stat names is held too', () => {
  const files = at('/a', { 'memory.stat': `${stat}kernel 500\nslab_reclaimable 100\nslab_unreclaimable 50\n` });
  expect(openHost(mapFiles({ ...mounts, ...files })).cgroups.memory('/a')!.unreclaimableBytes).toBe(1400);
});

test('a mount from above this cgroup namespace shows no path of a log', () => {
  const mountinfo = '35 31 0:32 /../.. /m rw - cgroup cgroup rw,memory\n';
  const { cgroups } = openHost(mapFiles({ '/proc/self/mountinfo': mountinfo, '/m/a/memory.limit_in_bytes': '5\n' }));
  expect([cgroups.memoryMount, cgroups.memoryPaths]).toEqual([null, []]);
});

describe('the owner says only what its command can do', () => {
  const id = 'a'.repeat(64);
  test.each([
    [`/docker/${id}`, 'takes none away'],
    [`/machine.slice/libpod-${id}.scope`, 'takes none away'],
    ['/lxc.payload.web', 'unset web limits.memory'],
    ['/machine.slice/machine-qemu\\x2d3\\x2dweb.scope', '--hard-limit -1'],
    ['/slurm/uid_1/job_42', '--mem=0;'],
    ['/kubepods/podx', 'take resources.limits.memory'],
    ['/system.slice/cart.service', 'MemoryMax=infinity'],
  ])('no limit: %s', (path, way) => expect(ownerOf(path, true).setLimit!('max')).toContain(way));
  test.each([
    ['/system.slice/foo.service/worker', 'systemd'],
    [`/docker/${id}/system.slice/cart.service`, 'docker'],
    ['/lxc.payload.web/system.slice/cart.service', 'lxc'],
  ])('not its own cgroup: %s', (path, kind) => {
    const owner = ownerOf(path, true);
    expect(owner.kind).toBe(kind);
    for (const way of [owner.setLimit!(100), owner.setNodes!('0')]) expect(way).toMatch(/inside itself/);
  });
  test.each([
    ['/slurm/uid_1000', 'slurm'],
    ['/system.slice/slurmstepd.scope/job_7/step_0', 'slurm'],
    ['/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice', 'kubelet'],
  ])('%s is %s', (path, kind) => expect(ownerOf(path, true).kind).toBe(kind));
  test("a rootless container is not root's", () => {
    const path = `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`;
    expect(ownerOf(path, true).setLimit!(100)).toMatch(/^podman update /);
  });
});

test('slabinfo that only root may read is told', () => {
  const host = openHost(mapFiles({}, { denied: ['/proc/slabinfo'] }));
  expect([host.slabCaches, host.problems]).toEqual([null, [expect.stringContaining('/proc/slabinfo')]]);
});

test.each([
  { now: 'x', files: {}, folders: {}, subfolders: {}, links: {}, problems: {} },
  { now: 1, files: { '/proc/meminfo': 5 }, folders: {}, subfolders: {}, links: {}, problems: {} },
  { now: 1, files: {}, folders: { '/proc': 'x' }, subfolders: {}, links: {}, problems: {} },
])('a snapshot of another shape %#', (files) => {
  const text = JSON.stringify({ schema: 'undoom/snapshot/1', log: [], warnings: [], files });
  expect(() => parseSnapshot(text, 's')).toThrow(expect.objectContaining({ code: 'call.snapshot' }));
});

test('a pipe in a copied tree is not waited for', { timeout: 10_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'undoom-tree-'));
  try {
    mkdirSync(join(folder, 'proc'));
    execFileSync('mkfifo', [join(folder, 'proc', 'meminfo')]);
    expect(treeFiles(folder).read('/proc/meminfo')).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describeWith({ root: isRoot, 'a memory controller': memory }, 'on this kernel', () => {
  test('a recording holds the cgroups and none of their control files', () => {
    const mount = openHost(liveFiles()).cgroups.memoryMount;
    const top = `${mount?.mountPoint}/undoom-test-host-${process.pid}`;
    mkdirSync(top);
    try {
      mkdirSync(`${top}/memory.child`);
      const { files, recorded } = recordFiles(liveFiles());
      const live = openHost(files).cgroups;
      const path = `${mount!.root === '/' ? '' : mount!.root}/undoom-test-host-${process.pid}`;
      expect(live.memory(path)!.children).toEqual([`${path}/memory.child`]);
      expect(live.memoryPaths).toContain(`${path}/memory.child`);
      // what was not asked for is not recorded
      expect({ ...live.memory(path) }.usageBytes).not.toBeNull();
      const again = openHost(recordedFiles(JSON.parse(JSON.stringify(recorded())))).cgroups;
      expect(again.memory(path)).toEqual(live.memory(path));
      expect(Object.keys(recorded().subfolders).filter((name) => name.startsWith(top)).length).toBe(2);
    } finally {
      rmdirSync(`${top}/memory.child`);
      rmdirSync(top);
    }
  });
});
