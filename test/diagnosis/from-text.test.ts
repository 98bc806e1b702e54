import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import { mapFiles, openHost } from '../../src/host/index.js';
import { reportsFromText } from '../../src/kernel-log/index.js';
import type { Source } from '../../src/kernel-log/report.js';
import { diagnosisSchema } from '../../src/schemas/diagnosis.js';

const source: Source = { kind: 'file', name: 'kern.log', forgeable: true };
const diagnosed = (text: string, files: Record<string, string> | null = null) => {
  const reports = reportsFromText(text, source).map(({ report }) => report);
  const host = files && openHost(mapFiles(files));
  const diagnosis = diagnose({ reports, sources: [source], host, warnings: [] });
  expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
  return diagnosis;
};

const ownLimit = `[Wed Sep  8 18:01:32 2021] test invoked oom-killer: gfp_mask=0x240****(GFP_KERNEL), nodemask=0, order=0, oom_score_adj=0
[Wed Sep  8 18:01:32 2021] Task in /mm_test killed as a result of limit of /mm_test
[Wed Sep  8 18:01:32 2021] memory: usage 204800kB, limit 204800kB, failcnt 26
`;
const parentLimit = `[Fri Sep 10 16:15:14 2021] test invoked oom-killer: gfp_mask=0x240****(GFP_KERNEL), nodemask=0, order=0, oom_score_adj=0
[Fri Sep 10 16:15:14 2021] Task in /mm_test/2 killed as a result of limit of /mm_test
[Fri Sep 10 16:15:14 2021] memory: usage 204800kB, limit 204800kB, failcnt 1607
`;
const wholeHost = `[Sat Sep 11 12:24:42 2021] test invoked oom-killer: gfp_mask=0x62****(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), nodemask=(null), order=0,
[Sat Sep 11 12:24:42 2021] Task in /user.slice killed as a result of limit of host
[Sat Sep 11 12:24:42 2021] Node 0 DMA32 free:155160kB min:152412kB low:190512kB high:228612kB
[Sat Sep 11 12:24:42 2021] Node 0 Normal free:46592kB min:46712kB low:58388kB high:70064kB
`;
const node = `[Sat Sep 11 09:46:24 2021] main invoked oom-killer: gfp_mask=0x62****(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), nodemask=(null), order=0, oom_score_adj=0
[Sat Sep 11 09:46:24 2021] main cpuset=mm_cpuset mems_allowed=1
[Sat Sep 11 09:46:24 2021] Task in / killed as a result of limit of host
[Sat Sep 11 09:46:24 2021] Mem-Info:
[Sat Sep 11 09:46:24 2021] active_anon:172 inactive_anon:4518735 isolated_anon:
    free:4111496 free_pcp:1 free_cma:0
[Sat Sep 11 09:46:24 2021] Node 1 Normal free:43636kB min:45148kB low:441424kB high:837700kB
[Sat Sep 11 09:46:24 2021] Node 1 Normal: 856*4kB (UME) 375*8kB (UME) 183*16kB (UME) 184*32kB (UME) 87*64kB (ME) 45*128kB (UME) 16*256kB (UME) 5*512kB (UE) 14*1024kB (UME) 0     *2048kB 0*4096kB = 47560kB
[Sat Sep 11 09:46:24 2021] Node 0 hugepages_total=360 hugepages_free=360 hugepages_surp=0 hugepages_size=1048576kB
[Sat Sep 11 09:46:24 2021] Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB
[Sat Sep 11 09:46:24 2021] Node 1 hugepages_total=360 hugepages_free=360 hugepages_surp=0 hugepages_size=1048576kB
[Sat Sep 11 09:46:25 2021] Node 1 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB
`;
const pieces = `[Sat Sep 11 15:22:46 2021] insmod invoked oom-killer: gfp_mask=0x60****(GFP_KERNEL), nodemask=(null), order=3, oom_score_adj=0
[Sat Sep 11 15:22:46 2021] insmod cpuset=/ mems_allowed=0
[Sat Sep 11 15:22:46 2021] Task in /user.slice killed as a result of limit of host
[Sat Sep 11 15:22:46 2021] Node 0 Normal free:23500kB min:15892kB low:19864kB high:23836kB active_anon:308kB inactive_anon:194492kB active_file:384kB inactive_file:420kB unevi    ctable:0kB writepending:464kB present:917504kB managed:852784kB mlocked:0kB kernel_stack:2928kB pagetables:9188kB bounce:0kB
[Sat Sep 11 15:22:46 2021] Node 0 Normal: 1325*4kB (UME) 966*8kB (UME) 675*16kB (UME) 0*32kB (M) 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB =
`;
const ownKernel = `[  101.500000] cart invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[  101.500000] memory: usage 61440kB, limit 61440kB, failcnt 26
[  101.500000] swap: usage 0kB, limit 0kB, failcnt 0
[  101.500000] Memory cgroup stats for /shop:
[  101.500000] anon 52428800
[  101.500000] file 1048576
[  101.500000] Tasks state (memory values in pages):
[  101.500000] [  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name
[  101.500000] [  29748]     0 29748    30000    12900    12800      100         0   131072        0             0 cart
[  101.500000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/shop,task_memcg=/shop,task=cart,pid=29748,uid=0
[  101.500000] Memory cgroup out of memory: Killed process 29748 (cart) total-vm:120000kB, anon-rss:51200kB, file-rss:400kB, shmem-rss:0kB, UID:0 pgtables:128kB oom_score_adj:0
`;

test.each([
  ['the cgroup’s own limit', ownLimit, 'cgroup-limit high', '/mm_test'],
  ['the limit of the cgroup above', parentLimit, 'parent-cgroup-limit high', '/mm_test'],
  ['the whole host', wholeHost, 'global-memory high', null],
  ['a memory node', node, 'memory-node high', null],
  ['pieces', pieces, 'fragmentation high', null],
  ['a kill as a newer kernel prints it', ownKernel, 'cgroup-limit high', '/shop'],
])('%s', (_, text, expected, limitCgroup) => {
  const { incidents } = diagnosed(text);
  expect(incidents.map((incident) => `${incident.cause} ${incident.confidence}`)).toEqual([expected]);
  expect(incidents[0]!.limitCgroup).toBe(limitCgroup);
  expect(incidents[0]!.evidence.length).toBeGreaterThan(0);
});

test('a memory node kept short by idle huge pages', () => {
  const [incident] = diagnosed(node).incidents;
  expect([incident!.factors, incident!.nodes, incident!.cpuset.name]).toEqual([
    ['huge-page-reservation'],
    [1],
    'mm_cpuset',
  ]);
});

test('the free blocks are there where order matters', () => {
  const [incident] = diagnosed(pieces).incidents;
  expect(incident!.freeBlocks[0]!.blocks.slice(0, 4).map(({ count }) => count)).toEqual([1325, 966, 675, 0]);
  expect(diagnosed(ownKernel).incidents[0]!.freeBlocks).toEqual([]);
});

test('on the host that it is of, its counters bear the kill out', () => {
  const { incidents, host } = diagnosed(ownKernel, {
    '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t9\t1\ncpuset\t0\t9\t1\n',
    '/proc/sys/kernel/hostname': 'web-1\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpuset memory\n',
    '/sys/fs/cgroup/shop/memory.max': '62914560\n',
    '/sys/fs/cgroup/shop/memory.current': '62914560\n',
    '/sys/fs/cgroup/shop/memory.events': 'low 0\nhigh 0\nmax 26\noom 3\noom_kill 3\n',
  });
  expect(host?.name).toBe('web-1');
  expect([incidents[0]!.borneOut, incidents[0]!.elsewhere, incidents[0]!.factors]).toEqual([
    true,
    false,
    ['swap-limit'],
  ]);
  expect(incidents[0]!.evidence.map(({ text }) => text)).toContain('/shop: memory.events: oom_kill 3');
});

test('what held it: the task, the page cache', () => {
  expect(diagnosed(ownKernel).incidents[0]!.holders).toEqual([
    { kind: 'task', name: 'cart', pid: 29748, bytes: 52428800, killed: true, oomScoreAdj: 0 },
    { kind: 'cache', name: 'page cache', pid: null, bytes: 1048576, killed: false, oomScoreAdj: null },
  ]);
});
