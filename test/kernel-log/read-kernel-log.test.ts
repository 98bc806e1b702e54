import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readKernelLog } from '../../src/kernel-log/index.js';

const folder = mkdtempSync(join(tmpdir(), 'undoom-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
const all = { root: null, sinceMs: null, untilMs: null };
const text = readFileSync(new URL('../fixtures/reports/linux-6.18-dmesg-T.log', import.meta.url));
const raw = readFileSync(new URL('../fixtures/reports/linux-6.18-dmesg.log', import.meta.url));

function file(name: string, content: Buffer | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe('files', () => {
  test.each([
    ['plain', text],
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
    [
      'with a line that is no UTF-8 and one of a megabyte',
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.alloc(3e6, 65), Buffer.from('\n'), text]),
    ],
  ])('%s', async (name, content) => {
    const log = await readKernelLog({ ...all, files: [file(`log-${name.slice(0, 5)}`, content)] });
    expect(log.reports.map(({ report }) => report.victims[0]!.pid)).toEqual([17381, 17424]);
    expect(log.warnings).toEqual([]);
    expect(log.sources).toMatchObject([{ kind: 'file', forgeable: true }]);
  });

  test('lines keep their numbers however much stands before them', async () => {
    const before = 'Nov 24 01:00:00 web-1 sshd[1]: hello\n'.repeat(20_000);
    const log = await readKernelLog({ ...all, files: [file('long', before + text.toString())] });
    expect(log.reports[0]!.report.quotes.header!.line).toBe(20_001);
  });

  test('one that is cut short gives what it holds, and says so', async () => {
    const noise = Array.from(
      { length: 20_000 },
      (_, index) => `Nov 24 01:50:00 web-1 sshd[${index}]: ${Math.sin(index)}\n`,
    );
    const packed = gzipSync(text.toString() + noise.join(''));
    const log = await readKernelLog({ ...all, files: [file('cut.gz', packed.subarray(0, packed.length / 2))] });
    expect(log.reports).toHaveLength(2);
    expect(log.warnings).toMatchObject([expect.stringContaining('cut short')]);
  });

  test('one event in two logs counts once', async () => {
    const files = [file('a', text), file('b', raw)];
    const log = await readKernelLog({ ...all, files });
    expect(log.reports).toHaveLength(2);
    expect(log.sources).toHaveLength(2);
  });

  test.each([
    ['absent', () => join(folder, 'none')],
    ['a folder', () => folder],
    ['a journal file', () => file('system.journal', 'LPKSHHRH\0\0\0\0')],
  ])('%s', async (_name, path) => {
    await expect(readKernelLog({ ...all, files: [path()] })).rejects.toMatchObject({
      code: 'call.log',
      exit: 2,
      hint: expect.any(String),
    });
  });

  test('an empty one has no reports', async () => {
    expect((await readKernelLog({ ...all, files: [file('empty', '')] })).reports).toEqual([]);
  });
});

test('--since and --until keep what has no time, and say so', async () => {
  const files = [
    file('timed', text),
    file('untimed', 'a invoked oom-killer: gfp_mask=0xcc0, order=1, oom_score_adj=0\n'),
  ];
  const { reports } = await readKernelLog({ ...all, files });
  const times = reports.map(({ report }) => report.epochMs).filter((time) => time !== null);
  const log = await readKernelLog({ ...all, files, sinceMs: times[1]! });
  expect(log.reports.map(({ report }) => report.epochMs)).toEqual([null, times[1]]);
  expect(log.warnings).toEqual(['1 report has no time, and is shown whatever was asked for']);
});

describe('a copied tree', () => {
  test('its own logs are read, whichever there are', async () => {
    const root = join(folder, 'tree');
    mkdirSync(join(root, 'sos_commands/kernel'), { recursive: true });
    mkdirSync(join(root, 'var/log'), { recursive: true });
    writeFileSync(join(root, 'sos_commands/kernel/dmesg'), raw);
    writeFileSync(join(root, 'var/log/kern.log.1.gz'), gzipSync(text));
    const log = await readKernelLog({ ...all, files: [], root });
    expect(log.sources.map(({ name }) => name)).toEqual(['sos_commands/kernel/dmesg', 'var/log/kern.log.1.gz']);
    expect(log.reports).toHaveLength(2);
  });
  test("without any it says so, and never reads this host's", async () => {
    const root = join(folder, 'bare');
    mkdirSync(root);
    const log = await readKernelLog({ ...all, files: [], root });
    expect(log).toMatchObject({ sources: [], reports: [], warnings: [expect.stringContaining('holds no kernel log')] });
  });
});

describe("this host's own log", () => {
  /** A journalctl that prints FILE for the kernel's messages of this boot. */
  function withJournal(lines: object[], run: () => Promise<void>): Promise<void> {
    const folderOf = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(folderOf, 'lines'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const script = `#!/bin/sh\ncase "$*" in "-b 0 _TRANSPORT=kernel "*) cat ${folderOf}/lines;; esac\n`;
    writeFileSync(join(folderOf, 'journalctl'), script, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${folderOf}:${path}`;
    return run().finally(() => {
      process.env.PATH = path;
    });
  }
  const entry = (MESSAGE: string, more: object = {}) => ({
    _TRANSPORT: 'kernel',
    SYSLOG_FACILITY: '0',
    _HOSTNAME: 'web-1',
    __REALTIME_TIMESTAMP: '1700000000000000',
    MESSAGE,
    ...more,
  });
  const kill = (pid: number) => `Memory cgroup out of memory: Killed process ${pid} (a) total-vm:8kB, anon-rss:4kB`;

  test('the journal, and of it only what the kernel itself said', () =>
    withJournal(
      [
        entry(kill(1)),
        entry(kill(2), { SYSLOG_FACILITY: '1' }),
        entry(kill(3), { _TRANSPORT: 'syslog' }),
        entry(`tmpfs: x\n${kill(4)}`),
      ],
      async () => {
        const log = await readKernelLog({ ...all, files: [] });
        expect(log.sources).toEqual([{ kind: 'journal', name: 'journal', forgeable: false }]);
        expect(log.reports.map(({ report }) => report.victims[0]!.pid)).toEqual([1]);
        expect(log.reports[0]!.report).toMatchObject({
          time: '2023-11-14T22:13:20.000Z',
          hostName: 'web-1',
          quotes: { victim: { source: 'journal', line: null, text: kill(1) } },
        });
      },
    ));

  test('a journal that holds nothing of the kernel: its own buffer, or a sentence', () =>
    withJournal([], async () => {
      const log = await readKernelLog({ ...all, files: [] });
      if (log.sources.length === 0)
        expect(log.warnings).toMatchObject([expect.stringContaining('sudo undoom diagnose')]);
      else expect(['kmsg', 'dmesg']).toContain(log.sources[0]!.kind);
    }));
});
