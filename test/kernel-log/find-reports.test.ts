import { describe, expect, test } from 'vitest';
import { reportsFromText } from '../../src/kernel-log/index.js';

const read = (...lines: string[]) =>
  reportsFromText(lines.join('\n'), { kind: 'file', name: 'log', forgeable: true }, Date.parse('2026-11-24')).map(
    ({ report }) => report,
  );
const header = (comm = 'a') => `${comm} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`;
const kill = (pid: number, how = 'Memory cgroup out of memory: ') =>
  `${how}Killed process ${pid} (p${pid}) total-vm:9000kB, anon-rss:8kB, file-rss:4kB, shmem-rss:0kB`;
const pids = (reports: ReturnType<typeof read>) => reports.map(({ victims }) => victims.map(({ pid }) => pid));

describe('where one report ends and the next begins', () => {
  test.each<[string, string[], number[][]]>([
    ['two kills that follow each other', [header(), kill(1), header(), kill(2)], [[1], [2]]],
    ['rate-limited down to the kill lines', [header(), kill(1), kill(2), kill(3)], [[1], [2], [3]]],
    ['a kill line alone', [kill(7, 'Out of memory: ')], [[7]]],
    ['a header without an end, then a whole report', [header(), '[  90.000000] x', header('b'), kill(2)], [[2], []]],
    [
      'the first of two lines names the parent',
      ['Out of memory: Kill process 9 (p) score 5 or sacrifice child', kill(10, '')],
      [[10]],
    ],
    [
      'memory.oom.group',
      [
        header(),
        kill(1),
        'Tasks in /a are going to be killed due to memory.oom.group set',
        kill(1),
        kill(2),
        header(),
        kill(3),
      ],
      [[1, 2], [3]],
    ],
    [
      'the reaper alone names the victim',
      [header(), 'oom_reaper: reaped process 5 (p5), now anon-rss:0kB, file-rss:0kB'],
      [[5]],
    ],
    [
      'the reaper after a kill is no other report',
      [header(), kill(1), 'oom_reaper: reaped process 8 (q), now anon-rss:0kB'],
      [[1]],
    ],
    [
      'the kill line is cut off',
      [
        header(),
        'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=p6,pid=6,uid=0',
      ],
      [[6]],
    ],
    [
      'SysRq m prints a dump, and is no report',
      ['sysrq: Show Memory', 'Mem-Info:', 'Node 0 Normal free:4kB min:8kB low:9kB high:10kB'],
      [],
    ],
    [
      'a stalled allocation is no report',
      [
        'a: page allocation stalls for 10004ms, order:0, mode:0x14200ca',
        'Node 0 Normal free:4kB min:8kB low:9kB high:10kB',
      ],
      [],
    ],
    ['SysRq f that was refused', ['sysrq: Manual OOM execution', 'sysrq: OOM request ignored. No task eligible'], []],
  ])('%s', (_name, lines, expected) => {
    expect(pids(read(...lines)).sort()).toEqual(expected.sort());
  });
});

test('what a cut report lacks is said', () => {
  expect(read(kill(1))[0]!.gaps).toContain('its beginning is cut');
  expect(read(header())[0]!).toMatchObject({ complete: false, gaps: ['its end is cut: no victim is named'] });
  expect(read('a: page allocation failure: order:5, mode:0xcc0(GFP_KERNEL)')[0]!.gaps).toEqual([
    'no zone line is there',
    'no line of free blocks is there',
  ]);
});

test('SysRq f, and a task that died in the place of the one that asked', () => {
  expect(
    read(
      'sysrq: SysRq : Manual OOM execution',
      header('kworker/0:2').replace('order=0', 'order=-1'),
      kill(4, 'Out of memory: '),
    )[0],
  ).toMatchObject({
    sysrq: true,
    trigger: { comm: 'kworker/0:2', order: -1 },
    complete: true,
  });
  expect(read(kill(4, 'Out of memory (oom_kill_allocating_task): '))[0]).toMatchObject({
    oomKillAllocatingTask: true,
    scope: 'global',
  });
});

test('lines that were wrapped at any place are whole again', () => {
  const [report] = read(
    '[ 10.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_al',
    'lowed=0,oom_memcg=/ltp/te',
    'st-1,task_memcg=/ltp/test-1,task=oom03,pid=305071,uid=0',
    '[ 10.000001] Node 0 DMA32 free:2592kB min:2684kB inactive_anon',
    ':3944kB mlocked:354',
    '4kB dirty:12kB un',
    'stable:0kB',
    'free_cma:8kB',
    '[ 10.000002] Memory cgroup out of memory: Killed process 305071 (oom03)',
    'total-vm:8860kB, anon-rss:124kB, file-rss:0kB, shmem-rss:0kB, UID:0',
    'pgtables:60kB oom_score_adj:0',
  );
  expect(report).toMatchObject({
    limitCgroup: '/ltp/test-1',
    memsAllowed: [0],
    zones: [{ mlockedBytes: 3544 * 1024, freeCmaBytes: 8192, values: { inactive_anon: 3944 * 1024, unstable: 0 } }],
    victims: [{ pid: 305071, anonRssBytes: 124 * 1024, oomScoreAdj: 0 }],
  });
});

test('5.0 and 5.1 print no constraint for a cgroup: its name tells', () => {
  const [report] = read(
    header(),
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=p7,pid=7,uid=-2',
    'Memory cgroup out of memory: Kill process 7 (p7) score 904 or sacrifice child',
  );
  expect(report).toMatchObject({
    constraint: 'memcg',
    limitCgroup: '/a',
    taskCgroup: '/a',
    victims: [{ pid: 7, comm: 'p7' }],
  });
});

test('where the kill line is lost, whom the kernel chose is named', () => {
  const [report] = read(
    'Out of memory: Kill process 9 (p) score 5 or sacrifice child',
    'BUG: spinlock recursion on CPU#1',
  );
  expect(report).toMatchObject({
    victims: [{ pid: 9, comm: 'p' }],
    gaps: expect.arrayContaining(['its kill line is missing']),
  });
});

test("another program's line is no rest of the kernel's", () => {
  const [report] = read(
    'kernel: Out of memory: Killed process 9535 (flm)',
    'systemd-shutdown[1]: Syncing filesystems.',
  );
  expect(report!.victims).toMatchObject([{ pid: 9535, comm: 'flm' }]);
});

test('a kernel that did not say who asked, in the words of its time', () => {
  const [report] = read(
    'oom-killer: gfp_mask=0x201d2, order=0',
    'DMA free:4028kB min:36kB low:44kB high:52kB active:2820kB',
    'inactive:2860kB present:9700kB',
    'Out of Memory: Kill process 25 (x) score 757537 and children.',
    'Out of memory: Killed process 25 (x).',
  );
  expect(report).toMatchObject({ trigger: { comm: null, order: 0 }, scope: 'global', victims: [{ pid: 25 }] });
});

test('a mail in quoted-printable is whole again', () => {
  const [report] = read(
    'Content-Transfer-Encoding: quoted-printable',
    '[   10.000000] k: page allocation failure: order:=',
    '3, mode:0xcc0(GFP_KERNEL), nodemask=3D(null),cpuset=3D/,mems_=',
    'allowed=3D0',
  );
  expect(report).toMatchObject({ trigger: { comm: 'k', order: 3 }, cpusetName: '/', memsAllowed: [0] });
});

test.each([
  ['the reaper that gave up', 'oom_reaper: unable to reap pid:5 (p5)', [[5]]],
  ['SLUB', 'SLUB: Unable to allocate memory on node -1, gfp=0xa20(GFP_ATOMIC)', [[]]],
  ['a page fault that is tried again', 'Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF', [[]]],
  ['a failed vmap', 'vmap allocation for size 8192 failed: use vmalloc=<size> to increase size', [[]]],
])('%s is no report of its own', (_name, line, expected) => {
  expect(pids(read(line))).toEqual([]);
  expect(pids(read(header(), line))).toEqual(expected);
});

describe('killers that are not the kernel', () => {
  test.each([
    [
      'oomd',
      '[   10.000000] oomd kill: 81.28 80.05 42.78 a.slice/b.service 1000 ruleset:[x] killer:y',
      '/a.slice/b.service',
    ],
    [
      'lmkd',
      "11-25 10:11:00.123   512   512 I lowmemorykiller: Kill 'com.a' (24), uid 10012, oom_score_adj 900 to free 4kB rss",
      null,
    ],
    [
      'lowmemorykiller',
      "<6>[   10.000000]  (4)[106:Cam]lowmemorykiller: Killing 'com.a' (24), adj 18, score_adj 1000,",
      null,
    ],
    [
      'nohang',
      'Nov 25 10:00:00 w nohang[9]:   PID: 24, Name: com.a, badness: 121\\nNov 25 10:00:01 w nohang[9]: [ OK ] Sending SIGTERM to the victim',
      null,
    ],
  ])('%s', (killer, text, taskCgroup) => {
    const found = read(...text.split('\\n'));
    expect(found).toMatchObject([{ kind: 'userspace-kill', killer, taskCgroup }]);
    if (taskCgroup === null) expect(found[0]!.victims).toMatchObject([{ pid: 24, comm: 'com.a' }]);
  });
  test('nohang that only looked kills nobody', () => {
    expect(read('Nov 25 10:00:00 w nohang[9]:   PID: 24, Name: a, badness: 1')).toEqual([]);
  });
});

test('a process that stands twice in one table makes no report of its own', () => {
  const text = [
    'a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
    '[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name',
    '[     12]     0    12      100       50    40960        0             0 worker',
    '[     12]     0    12      200       70    40960        0             0 worker',
    '[     13]     0    13      100       60    40960        0             0 a',
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=a,pid=13,uid=0',
    'Out of memory: Killed process 13 (a) total-vm:400kB, anon-rss:240kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0',
  ].join('\n');
  const found = reportsFromText(text, { kind: 'file', name: 'kern.log', forgeable: true });
  expect(found.map(({ report }) => report.tasks.map(({ pid }) => pid))).toEqual([[12, 13]]);
});
