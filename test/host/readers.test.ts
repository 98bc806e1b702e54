import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBuddyinfo } from '../../src/host/buddyinfo.js';
import { ownerOf } from '../../src/host/cgroup-owner.js';
import {
  isCgroupPath,
  liveFiles,
  mapFiles,
  openHost,
  overlayFiles,
  recordedFiles,
  recordFiles,
  treeFiles,
} from '../../src/host/index.js';
import { parseMeminfo } from '../../src/host/meminfo.js';
import { parseLimit } from '../../src/host/memory-cgroup.js';
import { parseCgroupMounts, unescapeOctal } from '../../src/host/mountinfo.js';
import { parsePressure } from '../../src/host/pressure.js';
import { memoryCgroupOf } from '../../src/host/processes.js';
import { parseSlabinfo } from '../../src/host/slabinfo.js';
import { parseStatus } from '../../src/host/status.js';
import { parseSwaps } from '../../src/host/swaps.js';
import { parseZoneinfo } from '../../src/host/zoneinfo.js';

describe('files of /proc', () => {
  test('meminfo: bytes, and counts for huge pages', () => {
    expect(parseMeminfo('MemTotal:       24689956 kB\nHugePages_Total:       3\nActive(anon): 4 kB\n', 'm')).toEqual({
      MemTotal: 24689956 * 1024,
      HugePages_Total: 3,
      'Active(anon)': 4096,
    });
    expect(() => parseMeminfo('MemTotal: much\n', '/proc/meminfo')).toThrow('/proc/meminfo, line 1');
    expect(() => parseMeminfo(`MemTotal: ${'9'.repeat(400)} kB\n`, 'm')).toThrow();
  });

  test('zoneinfo: pages become bytes; the protection by class zone', () => {
    const text = `Node 0, zone    DMA32
  per-node stats
      nr_inactive_anon 1
  pages free     100
        boost    0
        min      10
        low      12
        high     15
        spanned  4095
        present  3999
        managed  3840
        cma      0
        protection: (0, 2, 3)
      nr_free_pages 100
      nr_free_cma  7
  pagesets
    cpu: 0
              count:    0
Node 1, zone   Normal
  pages free     5
        min      1
        low      2
        high     3
        present  9
`;
    const [dma32, normal] = parseZoneinfo(text, 'z', 4096);
    expect(dma32).toMatchObject({
      node: 0,
      name: 'DMA32',
      freeBytes: 409600,
      minBytes: 40960,
      managedBytes: 3840 * 4096,
      freeCmaBytes: 7 * 4096,
      protectionBytes: [0, 8192, 12288],
    });
    expect(normal).toMatchObject({
      node: 1,
      name: 'Normal',
      freeBytes: 20480,
      managedBytes: 9 * 4096,
      protectionBytes: [],
    });
    expect(() => parseZoneinfo('Node 0, zone   Normal\n  pages free     5\n', 'z', 4096)).toThrow('z, line 1');
    expect(() => parseZoneinfo('Node x, zone\n', 'z', 4096)).toThrow('z, line 1');
  });

  test('buddyinfo', () => {
    expect(parseBuddyinfo('Node 0, zone   Normal   4381      0     12 \n', 'b')).toEqual([
      { node: 0, zone: 'Normal', free: [4381, 0, 12] },
    ]);
    expect(() => parseBuddyinfo('Node 0, zone Normal x\n', 'b')).toThrow('b, line 1');
  });

  test('slabinfo: largest first', () => {
    const text = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
small                 10     10    192   21    1 : tunables    0    0    0 : slabdata      1      1      0
dentry             31482  31626    192   21    2 : tunables    0    0    0 : slabdata   1506   1506      0
`;
    expect(parseSlabinfo(text, 4096)).toMatchObject([
      { name: 'dentry', totalBytes: 1506 * 2 * 4096 },
      { name: 'small', totalBytes: 4096 },
    ]);
  });

  test('swaps, pressure, status', () => {
    expect(parseSwaps('Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1    partition\t8388604\t100\t-2\n')).toEqual([
      { name: '/dev/dm-1', sizeBytes: 8388604 * 1024, usedBytes: 102400 },
    ]);
    expect(parseSwaps('Filename\tType\tSize\tUsed\tPriority\n')).toEqual([]);
    expect(
      parsePressure('some avg10=1.50 avg60=0.20 avg300=0.00 total=5\nfull avg10=0.10 avg60=0.00 avg300=0.00 total=0\n'),
    ).toEqual({ someAvg10: 1.5, someAvg60: 0.2, someAvg300: 0, fullAvg10: 0.1 });
    expect(parsePressure('')).toBeNull();
    expect(parseStatus('Name:\ta) b\nUid:\t33\t33\t33\t33\nRssAnon:\t  12 kB\n')).toMatchObject({
      comm: 'a) b',
      uid: 33,
      rssAnonBytes: 12288,
      swapBytes: null,
    });
    expect(parseStatus('nothing')).toBeNull();
  });

  test('the cgroup of a process, v1, v2 and hybrid', () => {
    expect(memoryCgroupOf('12:cpu,cpuacct:/x\n4:memory:/a:b\n0::/c\n')).toBe('/a:b');
    expect(memoryCgroupOf('0::/system.slice/cart.service\n')).toBe('/system.slice/cart.service');
    expect(memoryCgroupOf('')).toBeNull();
  });
});

describe('limits', () => {
  test.each([
    ['max\n', 'max'],
    ['9223372036854771712\n', 'max'],
    ['9223372036854710272\n', 'max'],
    ['62914560\n', 62914560],
    ['0\n', 0],
    ['-1', 'max'],
    ['-2', null],
    ['', null],
    [null, null],
  ] as const)('%j', (text, limit) => expect(parseLimit(text)).toBe(limit));
});

describe('where cgroups are mounted', () => {
  const line = (root: string, point: string, mode: string, type: string, options: string) =>
    `35 31 0:32 ${root} ${point} ${mode},relatime shared:9 - ${type} ${type} ${options}\n`;
  const host = (mountinfo: string, files: Record<string, string> = {}) =>
    openHost(mapFiles({ '/proc/self/mountinfo': mountinfo, ...files })).cgroups;

  test('v1', () => {
    expect(host(line('/', '/sys/fs/cgroup/memory', 'rw', 'cgroup', 'rw,memory')).memoryMount).toEqual({
      version: 1,
      mountPoint: '/sys/fs/cgroup/memory',
      root: '/',
    });
  });
  test('v2 only where the unified hierarchy has the controller', () => {
    const v2 = line('/', '/sys/fs/cgroup', 'rw', 'cgroup2', 'rw,nsdelegate');
    expect(host(v2, { '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu memory\n' }).memoryMount?.version).toBe(2);
    expect(host(v2, { '/sys/fs/cgroup/cgroup.controllers': 'cpu\n' }).memoryMount).toBeNull();
  });
  test('hybrid: the controller that is on v1, though a v2 is mounted', () => {
    const mounts =
      line('/', '/sys/fs/cgroup/unified', 'rw', 'cgroup2', 'rw') +
      line('/', '/sys/fs/cgroup/memory', 'rw', 'cgroup', 'rw,memory');
    expect(host(mounts, { '/sys/fs/cgroup/unified/cgroup.controllers': '\n' }).memoryMount?.version).toBe(1);
  });
  test('of several mounts the whole and writable one', () => {
    const mounts =
      line('/docker/x', '/a', 'ro', 'cgroup', 'rw,memory') +
      line('/', '/b', 'ro', 'cgroup', 'rw,memory') +
      line('/', '/c\\040d', 'rw', 'cgroup', 'rw,memory');
    expect(host(mounts).memoryMount?.mountPoint).toBe('/c d');
  });
  test('inside a container, paths are relative to what the mount shows', () => {
    const cgroups = host(line('/docker/x', '/m', 'rw', 'cgroup', 'rw,memory'), {
      '/m/memory.limit_in_bytes': '100\n',
      '/m/app/memory.limit_in_bytes': '50\n',
    });
    expect(cgroups.memory('/docker/x')?.limitBytes).toBe(100);
    expect(cgroups.memory('/docker/x/app')?.limitBytes).toBe(50);
    expect(cgroups.memory('/docker/other')).toBeNull();
    expect(cgroups.memory('/')).toBeNull();
  });
  test('any name comes back from its octal escapes', () => {
    const octal = (text: string) =>
      text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
    fc.assert(fc.property(fc.string(), (text) => unescapeOctal(octal(text)) === text));
  });
  test('a line of another shape is no mount', () =>
    expect(parseCgroupMounts('x\n1 2 3 / /a rw - ext4 b rw\n')).toEqual([]));
});

describe('cgroup paths', () => {
  test.each(['/', '/shop', '/a b/c,d', '/system.slice/cart.service', '/x\\x2dy'])('%j is one', (path) =>
    expect(isCgroupPath(path)).toBe(true),
  );
  test.each([
    '',
    'shop',
    '/../etc',
    '/a/../b',
    '/a//b',
    '/a/',
    '/.',
    '/a\n',
    '/a\0',
    `/${'a'.repeat(256)}`,
    '/\x1b[31m',
  ])('%j is none', (path) => expect(isCgroupPath(path)).toBe(false));
});

describe('who owns a cgroup', () => {
  const id = 'a'.repeat(64);
  test.each([
    [
      '/system.slice/cart.service',
      'systemd',
      'cart.service',
      'systemctl set-property --runtime cart.service MemoryMax=100',
    ],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope', 'systemd', 'x.scope', 'systemctl --user'],
    ['/user.slice/user-1000.slice/session-3.scope', 'systemd', 'session-3.scope', 'MemoryMax=100'],
    [`/docker/${id}`, 'docker', id, 'docker update --memory 100 --memory-swap 100 aaaaaaaaaaaa'],
    [`/system.slice/docker-${id}.scope`, 'docker', id, 'docker update'],
    [`/machine.slice/libpod-${id}.scope`, 'podman', id, 'podman update'],
    [
      `/kubepods.slice/kubepods-podx.slice/cri-containerd-${id}.scope`,
      'kubelet',
      'kubepods.slice',
      'resources.limits.memory',
    ],
    ['/kubepods/burstable/podx/y', 'kubelet', 'kubepods', 'manifest'],
    ['/slurm/uid_1000/job_42/step_0', 'slurm', 'job_42', '--mem=1M'],
    ['/lxc.payload.web', 'lxc', 'web', 'incus config set web'],
    ['/machine.slice/machine-qemu\\x2d3\\x2dweb.scope/libvirt', 'libvirt', 'qemu\\x2d3\\x2dweb', 'virsh memtune web'],
  ])('%s', (path, kind, name, command) => {
    const owner = ownerOf(path, true);
    expect(owner).toMatchObject({ kind, name });
    expect(owner.setLimit!(100)).toContain(command);
  });
  test('nobody', () => {
    expect(ownerOf('/shop', true).kind).toBe('nobody');
    expect(ownerOf('/system.slice/cart.service', false).kind).toBe('nobody');
  });
});

describe('files behind a host', () => {
  test('what is recorded is read again, and nothing else', () => {
    const { files, recorded } = recordFiles(
      mapFiles({ '/proc/meminfo': 'MemTotal: 4 kB\n', '/etc/shadow': 'x' }, { denied: ['/proc/kmsg'], now: 5 }),
    );
    files.read('/proc/meminfo');
    files.read('/proc/kmsg');
    files.list('/proc');
    const again = recordedFiles(JSON.parse(JSON.stringify(recorded())));
    expect([
      again.read('/proc/meminfo'),
      again.list('/proc'),
      again.problem('/proc/kmsg'),
      again.now(),
      again.live,
    ]).toEqual(['MemTotal: 4 kB\n', ['meminfo'], 'denied', 5, false]);
    expect([again.read('/etc/shadow'), again.problem('/etc/shadow')]).toEqual([null, 'absent']);
  });
  test('planned values stand in for read ones', () => {
    const files = overlayFiles(mapFiles({ '/a': '1\n' }), new Map([['/a', '2']]));
    expect([files.read('/a'), files.read('/b')]).toEqual(['2\n', null]);
  });
  test('a link in a copied tree does not lead out of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'undoom-tree-'));
    try {
      mkdirSync(join(folder, 'proc'));
      writeFileSync(join(folder, 'proc', 'meminfo'), 'MemTotal: 4 kB\n');
      symlinkSync('/etc/passwd', join(folder, 'proc', 'swaps'));
      symlinkSync('meminfo', join(folder, 'proc', 'vmstat'));
      const files = treeFiles(folder);
      expect([files.read('/proc/meminfo'), files.read('/proc/swaps'), files.read('/proc/vmstat')]).toEqual([
        'MemTotal: 4 kB\n',
        null,
        'MemTotal: 4 kB\n',
      ]);
      expect(files.problem('/proc/swaps')).toBe('denied');
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(() => treeFiles(join(folder, 'gone'))).toThrow(expect.objectContaining({ code: 'call.root', exit: 2 }));
  });
  test('absent is null, malformed is null and told', () => {
    const host = openHost(mapFiles({ '/proc/meminfo': 'nonsense\n' }, { denied: ['/proc/zoneinfo'] }));
    expect([host.meminfo, host.vmstat, host.zones, host.swaps, host.init, host.cgroups.memoryMount]).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(host.problems).toEqual([
      expect.stringContaining('/proc/meminfo, line 1'),
      expect.stringContaining('/proc/zoneinfo'),
    ]);
  });
});

test('this very machine', () => {
  const host = openHost(liveFiles());
  expect(host.meminfo!.MemTotal).toBeGreaterThan(2 ** 26);
  expect([4096, 16384, 65536]).toContain(host.pageSizeBytes);
  expect(host.zones!.some(({ freeBytes, minBytes }) => freeBytes > 0 && minBytes > 0)).toBe(true);
  expect(host.processes.some(({ pid }) => pid === process.ppid)).toBe(true);
  expect(host.processes.some(({ pid }) => pid === process.pid)).toBe(false);
  expect(host.buddy!.length).toBeGreaterThan(0);
});
