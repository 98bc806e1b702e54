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
