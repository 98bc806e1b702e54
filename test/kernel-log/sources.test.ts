import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { logsInFolder, readKernelLog } from '../../src/kernel-log/index.js';

const folder = mkdtempSync(join(tmpdir(), 'undoom-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const all = { root: null, sinceMs: null, untilMs: null };
const text = readFileSync(new URL('../fixtures/reports/linux-6.18-dmesg-T.log', import.meta.url));
const kill = (pid: number) => `Memory cgroup out of memory: Killed process ${pid} (a) total-vm:8kB, anon-rss:4kB`;

function file(name: string, content: Buffer | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Where a program is missing, what needs it is skipped; in CI that is a failure. */
function has(program: string): boolean {
  const isThere = ['/usr/bin', '/bin', '/lib/systemd'].some((place) => existsSync(join(place, program)));
  if (!isThere && process.env.CI) throw new Error(`${program} is missing, and CI may not skip what needs it`);
  return isThere;
}

async function without<Result>(run: () => Promise<Result>): Promise<Result> {
  const path = process.env.PATH;
  process.env.PATH = folder;
  try {
    return await run();
  } finally {
    process.env.PATH = path;
  }
}

describe('what Node cannot unpack, a program does', () => {
  test.each(['xz', 'bzip2', 'lz4'].filter(has))('%s', async (program) => {
    const packed = execFileSync(program, ['-c'], { input: text, maxBuffer: 1 << 28 });
    const log = await readKernelLog({ ...all, files: [file(`log.${program}`, packed)] });
    expect(log.reports.map(({ report }) => report.victims[0]!.pid)).toEqual([17381, 17424]);
    expect(log.warnings).toEqual([]);
  });

  test.runIf(has('xz'))('what is cut short gives what it holds, and says so', async () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => `${index} ${Math.sin(index)}\n`).join('');
    const packed = execFileSync('xz', ['-c'], { input: `${text}${noise}`, maxBuffer: 1 << 28 });
    const log = await readKernelLog({ ...all, files: [file('cut.xz', packed.subarray(0, packed.length - 1000))] });
    expect(log.warnings).toMatchObject([expect.stringContaining('cut short')]);
  });

  test('a program that is not there is named', async () => {
    const path = file('log.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0, 0, 0]));
    await without(() =>
      expect(readKernelLog({ ...all, files: [path] })).rejects.toMatchObject({
        exit: 2,
        message: `${path} is compressed with xz, which is not on this host`,
      }),
    );
  });
});

describe('UTF-16', () => {
  const little = Buffer.from(text.toString(), 'utf16le');
  const big = Buffer.from(little).swap16();
  test.each([
    ['with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['without a mark', little],
    ['packed', gzipSync(Buffer.concat([Buffer.from([0xff, 0xfe]), little]))],
  ])('%s', async (name, content) => {
    const log = await readKernelLog({ ...all, files: [file(`utf16-${name}`, content)] });
    expect(log.reports.map(({ report }) => report.victims[0]!.pid)).toEqual([17381, 17424]);
  });
});

describe('rotated files', () => {
  const line = (stamp: string, message: string) => `${stamp} web-1 kernel: ${message}\n`;
  test('in order by what they hold, however they are given', async () => {
    const files = [
      file('kern.log', line('Nov  3 10:00:00', kill(3))),
      file('kern.log.1', line('Nov  2 10:00:00', kill(2))),
      file('kern.log.2.gz', gzipSync(line('Nov  1 10:00:00', kill(1)))),
    ];
    for (const order of [files, files.toReversed()]) {
      const { reports } = await readKernelLog({ ...all, files: order });
      expect(reports.map(({ report }) => report.victims[0]!.pid)).toEqual([1, 2, 3]);
    }
  });

  test("the year is that of the log's own last line, not of the copy", async () => {
    const path = file('messages-20260104', line('Dec 30 10:00:00', kill(1)) + line('Jan  3 10:00:00', kill(2)));
    const copied = new Date('2026-12-31T12:00:00');
    utimesSync(path, copied, copied);
    const { reports } = await readKernelLog({ ...all, files: [path] });
    expect(reports.map(({ report }) => report.time)).toEqual(['2025-12-30T10:00:00', '2026-01-03T10:00:00']);
  });

  test('a report that was divided by the rotation is one, each line quoted from its file', async () => {
    const head = [
      'a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
      'memory: usage 204800kB, limit 204800kB, failcnt 26',
    ];
    const tail = [
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=a,pid=7,uid=0',
      kill(7),
    ];
    const files = [
      file('m', tail.map((message) => line('Nov  2 00:00:01', message)).join('')),
      file('m.1', head.map((message) => line('Nov  2 00:00:00', message)).join('')),
    ];
    const { reports } = await readKernelLog({ ...all, files });
    expect(reports.map(({ report }) => report)).toMatchObject([
      {
        complete: true,
        limitCgroup: '/a',
        victims: [{ pid: 7 }],
        quotes: { header: { source: files[1], line: 1 }, constraint: { source: files[0], line: 1 } },
      },
    ]);
  });
});

describe.runIf(has('journalctl') && has('systemd-journal-remote'))("a journal's own files", () => {
  const entry = (at: number, fields: Record<string, string>) =>
    `${Object.entries({
      __REALTIME_TIMESTAMP: String(1_790_000_000_000_000 + at),
      __MONOTONIC_TIMESTAMP: String(1_000_000 + at),
      _BOOT_ID: '0d3f5b1c9a7e4f60b2d1c3e5f7a90b1c',
      _HOSTNAME: 'web-1',
      ...fields,
    })
      .map(([key, value]) => {
        if (!value.includes('\n')) return `${key}=${value}\n`;
        const size = Buffer.alloc(8);
        size.writeUInt32LE(Buffer.byteLength(value));
        return `${key}\n${size.toString('latin1')}${value}\n`;
      })
      .join('')}\n`;
  const kernel = { _TRANSPORT: 'kernel', SYSLOG_FACILITY: '0', SYSLOG_IDENTIFIER: 'kernel' };
  const exported = [
    entry(1, { ...kernel, MESSAGE: kill(1) }),
    entry(2, { _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'kernel', MESSAGE: kill(2) }),
    entry(3, { ...kernel, MESSAGE: `tmpfs: Unknown parameter 'x\n${kill(3)}` }),
    entry(4, {
      _TRANSPORT: 'journal',
      SYSLOG_IDENTIFIER: 'systemd',
      _PID: '1',
      MESSAGE_ID: 'fe6faa94e7774663a0da52717891d8ef',
      MESSAGE: 'a.service: A process of this unit has been killed by the OOM killer.',
    }),
  ].join('');

  function journal(path: string): string {
    execFileSync('/lib/systemd/systemd-journal-remote', [`--output=${path}`, '-'], {
      input: Buffer.from(exported, 'latin1'),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return path;
  }

  test('one by name: its records, not its lines, and forgeable', async () => {
    const log = await readKernelLog({ ...all, files: [journal(join(folder, 'one.journal'))] });
    expect(log.sources).toEqual([{ kind: 'journal', name: join(folder, 'one.journal'), forgeable: true }]);
    expect(log.reports.map(({ report }) => report.victims[0]!.pid)).toEqual([1]);
    expect(log.otherEnds.ends).toMatchObject([{ kind: 'service-oom-result', who: 'a.service' }]);
  });

  test('a folder of them is one journal', async () => {
    const own = join(folder, 'journal', '0123456789abcdef0123456789abcdef');
    mkdirSync(own, { recursive: true });
    journal(join(own, 'system.journal'));
    for (const path of [own, join(folder, 'journal')]) {
      expect(logsInFolder(path)).toEqual([path]);
      const log = await readKernelLog({ ...all, files: [path] });
      expect(log.sources).toEqual([{ kind: 'journal', name: path, forgeable: true }]);
      expect(log.reports).toHaveLength(1);
    }
  });

  test('without journalctl it says which program is missing', async () => {
    const path = journal(join(folder, 'two.journal'));
    await without(() =>
      expect(readKernelLog({ ...all, files: [path] })).rejects.toMatchObject({
        exit: 2,
        message: expect.stringContaining('journalctl'),
      }),
    );
  });
});
