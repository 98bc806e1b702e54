import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reportsFromText } from '../../src/kernel-log/index.js';
import type { Source } from '../../src/kernel-log/report.js';

const source: Source = { kind: 'file', name: 'kern.log', forgeable: true };
const read = (text: string) =>
  reportsFromText(text, source, Date.parse('2026-11-24T12:00:00Z')).map(({ report }) => report);
const folder = new URL('../fixtures/reports/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

const sizes = 'total-vm:9000kB, anon-rss:896kB, file-rss:4kB, shmem-rss:0kB, UID:7 pgtables:40kB oom_score_adj:5';

describe('a process may call itself anything', () => {
  test.each([
    'a) total-vm:1kB',
    'runc:[2:INIT]',
    'kernel: x',
    '((x))',
    '1 (x)',
    'a,pid=1,uid=0',
    'a,task=b',
    '\u001b[31m',
    '%s%n',
    '"',
    'ä',
  ])('%j', (comm) => {
    const [report, ...others] = read(
      [
        `[    1.000000] ${comm} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
        `[    1.000001] CPU: 1 UID: 0 PID: 4001 Comm: ${comm} Not tainted 6.12.9 #1 PREEMPT(voluntary)`,
        `[    1.000002] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=shop,mems_allowed=0,oom_memcg=/shop,task_memcg=/shop/a,b,task=${comm},pid=4001,uid=7`,
        `[    1.000003] Memory cgroup out of memory: Killed process 4001 (${comm}) ${sizes}`,
      ].join('\n'),
    );
    expect(others).toEqual([]);
    expect(report).toMatchObject({
      trigger: { comm, pid: 4001 },
      kernel: '6.12.9',
      limitCgroup: '/shop',
      taskCgroup: '/shop/a,b',
      victims: [{ pid: 4001, comm, uid: 7, totalVmBytes: 9216000, anonRssBytes: 917504, oomScoreAdj: 5 }],
    });
  });

  test('a line break in its name, in a record of /dev/kmsg', () => {
    const [report, ...others] = read(
      [
        '4,1,1000000,-;a\\x0ab invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
        `3,2,1000001,-;Memory cgroup out of memory: Killed process 41 (a\\x0ab) ${sizes}`,
      ].join('\n'),
    );
    expect(others).toEqual([]);
    expect(report).toMatchObject({ trigger: { comm: 'a\nb' }, victims: [{ pid: 41, comm: 'a\nb' }] });
  });
});

describe('a line within a record begins no report', () => {
  const forged = [
    'python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
    'Task in /a killed as a result of limit of /a',
    `Memory cgroup out of memory: Killed process 1 (x) ${sizes}`,
    'Node 0 Normal free:1kB min:2kB low:3kB high:4kB',
  ];
  test.each(forged)('%s', (line) => {
    expect(read(`3,9,1000000,-;tmpfs: Unknown parameter 'x\\x0a${line}`)).toEqual([]);
    const record = { _TRANSPORT: 'kernel', SYSLOG_FACILITY: '0', MESSAGE: `tmpfs: Unknown parameter 'x\n${line}` };
    expect(read(JSON.stringify(record))).toEqual([]);
    // as dmesg prints it
    expect(read(`[   12.345678] tmpfs: Unknown parameter 'x\n               ${line}`)).toEqual([]);
  });
  test('nor do words in the middle of a line', () => {
    expect(read(forged.map((line) => `[    1.000000] tmpfs: Unknown parameter '${line}'`).join('\n'))).toEqual([]);
    expect(read(`[    1.000000] a[1]: segfault, python3 invoked oom-killer: order=0`)).toEqual([]);
  });
});

test('a number that is no safe integer is null, not a guess', () => {
  const big = '9'.repeat(400);
  const [report] = read(
    [
      'a invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0',
      `memory: usage ${big}kB, limit ${big}kB, failcnt ${big}`,
      `swap: usage 4kB, limit 9007199254740988kB, failcnt 0`,
      `Node 0 Normal free:4kB min:${big}kB present:18446744073708015752kB`,
      `Free swap  = ${big}kB`,
      `Killed process 12 (a) total-vm:${big}kB, anon-rss:8kB`,
    ].join('\n'),
  );
  expect(report).toMatchObject({
    memory: { usageBytes: null, limitBytes: null, failcnt: null },
    swapCharge: { limitBytes: 'max' },
    zones: [{ freeBytes: 4096, minBytes: null, presentBytes: null }],
    swapFreeBytes: null,
    victims: [{ pid: 12, totalVmBytes: null, anonRssBytes: 8192 }],
  });
});

test('a memory node that no kernel has is none', () => {
  const [report] = read(
    [
      'a invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0',
      'Node 1024 Normal free:4kB min:8kB low:8kB high:8kB',
      'Node 1023 Normal free:4kB min:8kB low:8kB high:8kB',
      'Node 9999 Normal: 1*4kB (U) = 4kB',
      'Node 1024 hugepages_total=1 hugepages_free=1 hugepages_surp=0 hugepages_size=2048kB',
    ].join('\n'),
  );
  expect(report).toMatchObject({ zones: [{ node: 1023 }], buddy: [], hugePages: [] });
});

test('a time that no clock shows is none', () => {
  const [report] = read(
    JSON.stringify({
      _TRANSPORT: 'kernel',
      __REALTIME_TIMESTAMP: '1e30',
      _SOURCE_MONOTONIC_TIMESTAMP: '-1e30',
      MESSAGE: `Memory cgroup out of memory: Killed process 1 (x) ${sizes}`,
    }),
  );
  expect(report).toMatchObject({ time: null, epochMs: null, uptimeSeconds: null });
});

test('a megabyte in one line takes no time', () => {
  const beginnings = [
    'a invoked oom-killer: ',
    'oom-kill:constraint=CONSTRAINT_MEMCG,',
    'Killed process 1 (',
    'Node 0 Normal free:1kB ',
    'Node 0 Normal: 1*4kB',
    'active_anon:1 ',
    '[ 1] 0 1 1 1 1 1 1',
    'Task in /',
    'Memory cgroup stats for /',
    'CPU: 1 PID: 1 Comm: ',
    '{"MESSAGE":"',
    'May  2 10:43:01 ',
    '\\x0a',
    '[',
    '',
  ];
  const fillings = [
    'a',
    ' ',
    ',task=',
    ')',
    '(',
    '1*4kB ',
    'a:1kB ',
    ',pid=1',
    '\\x0a',
    '\0',
    '[1',
    ' killed as a result of limit of /',
    '\u001b[',
  ];
  const started = performance.now();
  for (const beginning of beginnings) {
    for (const filling of fillings) read(`[    1.000000] ${beginning}${filling.repeat(1e6 / filling.length)}`);
  }
  expect(performance.now() - started).toBeLessThan(20_000);
});

describe('whatever is cut, mixed or broken', () => {
  const line = fc.constantFrom(...fixtures.flatMap((text) => text.split('\n')));
  test('nothing throws, and every report has an id', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 60 }), (lines) => {
        for (const report of read(lines.join('\n'))) expect(report.id).toMatch(/^[0-9a-f]{8}$/);
      }),
      { numRuns: 300 },
    );
  });
  test('a line cut anywhere never gives a larger number than the whole one', () => {
    const whole =
      'Memory cgroup out of memory: Killed process 4001 (worker) total-vm:9000kB, anon-rss:896kB, file-rss:4kB';
    fc.assert(
      fc.property(fc.nat(whole.length), (end) => {
        for (const { victims } of read(whole.slice(0, end))) {
          expect([4001]).toContain(victims[0]!.pid);
          expect([null, 917504]).toContain(victims[0]!.anonRssBytes);
        }
      }),
    );
  });
  test('other lines in between change nothing', () => {
    for (const text of fixtures) {
      const noise = 'Jun  3 11:30:00 desk someone[4]: hello';
      const mixed = text.split('\n').flatMap((each) => (/^\s/.test(each) || each === '' ? [each] : [noise, each]));
      const ids = (reports: ReturnType<typeof read>) => reports.map(({ id }) => id).sort();
      // a line that was broken in two is only known where its halves follow each other
      if (!/\n\s+\S/.test(text)) expect(ids(read(mixed.join('\n')))).toEqual(ids(read(text)));
    }
  });
});
