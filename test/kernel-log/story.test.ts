/** Lines that tell how memory was used and whom the kernel chose. */
import { expect, test } from 'vitest';
import { factorsOf } from '../../src/diagnosis/factors/index.js';
import { reportsFromText } from '../../src/kernel-log/index.js';

const read = (...lines: string[]) =>
  reportsFromText(lines.join('\n'), { kind: 'file', name: 'log', forgeable: true }, 0)[0]!.report;
const header = 'a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0';
const kill = 'Killed process 7 (a) total-vm:8000kB, anon-rss:8kB, file-rss:4kB, shmem-rss:0kB';
const MiB = 2 ** 20;

test('v1 statistics are each cgroup’s own: those below are added', () => {
  const report = read(
    header,
    'Task in /a/b killed as a result of limit of /a',
    'memory: usage 20480kB, limit 20480kB, failcnt 1',
    'Memory cgroup stats for /a: cache:0KB rss:1024KB shmem:0KB',
    'Memory cgroup stats for /a/b: cache:2048KB rss:16384KB shmem:2048KB',
    `Memory cgroup out of memory: ${kill}`,
  );
  expect(report.cgroupStats).toEqual({ cache: 2 * MiB, rss: 17 * MiB, shmem: 2 * MiB });
  expect(report.limitCgroup).toBe('/a');
});

test('from 5.2 on one block tells of the whole tree', () => {
  const report = read(
    header,
    'Memory cgroup stats for /a:',
    'anon 4096',
    'file 0',
    `Memory cgroup out of memory: ${kill}`,
  );
  expect(report.cgroupStats).toEqual({ anon: 4096, file: 0 });
});

test('a node’s own counters, in bytes', () => {
  const report = read(
    header,
    'Mem-Info:',
    'Node 0 active_anon:8kB inactive_anon:4kB isolated(anon):0kB anon_thp: 4kB kernel_stack:16kB Balloon:32kB all_unreclaimable? no',
    `Out of memory: ${kill}`,
  );
  expect(report.nodes).toMatchObject([
    { node: 0, values: { active_anon: 8192, anon_thp: 4096, kernel_stack: 16_384, balloon: 32_768 } },
  ]);
});

test('whom the kernel chose, before a child died in its place', () => {
  const report = read(header, 'Out of memory: Kill process 9 (p) score 567 or sacrifice child', kill);
  expect(report.chosen).toEqual({ pid: 9, comm: 'p', score: 567 });
  expect(report.victims.map(({ pid }) => pid)).toEqual([7]);
});

test('what memory.min and memory.low keep', () => {
  const report = read(header, 'Memory cgroup min protection 1024kB -- low protection 0kB', `Out of memory: ${kill}`);
  expect(report.protection).toEqual({ minBytes: MiB, lowBytes: 0 });
});

test('a cgroup’s report has no buddy lines: a row and the kill line of one task give the size of a page', () => {
  const report = read(
    header,
    '[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name',
    '[      7]     0     7     1000        3    65536        0             0 a',
    `Memory cgroup out of memory: ${kill.replace('8000kB', '64000kB')}`,
  );
  expect(report.pageSizeBytes).toBe(65_536);
});

test('the kernel was refused memory on behalf of a cgroup just before', () => {
  const refusal = [
    'SLUB: Unable to allocate memory on node -1, gfp=0xdc0(GFP_KERNEL|__GFP_ZERO)',
    '  cache: signal_cache(632:3a166877), object size: 1056, buffer size: 1088, default order: 3, min order: 0',
    '  node 0: slabs: 31, objs: 930, free: 0',
  ];
  const fault = 'a invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=0';
  const release = 'CPU: 25 PID: 7 Comm: a Not tainted 5.4.0-29-generic #33-Ubuntu';
  const report = read(...refusal, fault, release, 'Mem-Info:', `Out of memory: ${kill}`);
  expect(report.quotes.refusal?.text).toContain('signal_cache(632:3a166877)');
  expect(factorsOf(report, { cause: 'unknown', host: null }).map(({ factor }) => factor)).toEqual([
    'kernel-memory-limit',
  ]);
  const plainCache = refusal.map((line) => line.replace('(632:3a166877)', ''));
  expect(read(...plainCache, fault, release, `Out of memory: ${kill}`).quotes.refusal).toBeUndefined();
});
