import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordsOfLine } from '../../src/kernel-log/carrier.js';
import { readStream, type Sizes } from '../../src/kernel-log/read-stream.js';
import type { Source } from '../../src/kernel-log/report.js';

const source: Source = { kind: 'file', name: 'kern.log', forgeable: true };
const referenceMs = Date.parse('2026-11-24T12:00:00Z');
const folder = new URL('../fixtures/reports/', import.meta.url);
/** small, so that a short log has many blocks */
const small: Sizes = { wholeBytes: 64, blockBytes: 2048, keptBytes: 1 << 15, longestLineBytes: 1 << 13 };

async function inChunks(text: string | Buffer, size: number, sizes?: Sizes) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return readStream(chunks(), source, referenceMs, sizes && { sizes });
}

interface Message {
  program: string;
  text: string;
  /** since the message before */
  seconds: number;
}

/** The kernel's words in each fixture, as lists of lines of one report each. */
const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .flatMap((name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n');
    const records = lines.flatMap((line, index) => recordsOfLine(line, index + 1, { referenceMs }));
    const messages = records.filter(({ message }) => message !== '' && !message.includes('\n'));
    const starts = messages.flatMap(({ message }, index) => (message.includes(' invoked oom-killer') ? [index] : []));
    return (starts.length > 0 ? starts : [0]).map((start, index) =>
      messages.slice(start, starts[index + 1]).map(({ message, identifier }) => ({
        program: identifier ?? 'kernel',
        text: message,
        seconds: 0,
      })),
    );
  });

const noise: Message[] = [
  ['sshd', 'Accepted publickey for deploy from 10.0.0.1 port 22 ssh2'],
  ['audit', 'type=1300 name="/proc/12/oom_score_adj" comm="oom-killer" key="oom_kill"'],
  ['supervisord', 'Killed process 12 (worker) total-vm:12kB, anon-rss:4kB'],
  ['nginx', 'GET /?q=invoked+oom-killer: Out of memory: Kill process 12 (x) kB, limit 4kB'],
  ['kernel', 'usb 1-1: new high-speed USB device number 4'],
  ['kernel', 'Memory: 1024K/2048K available, mem: usage 4kB, limit 8kB'],
  ['kernel', 'CPU: 1 PID: 12 Comm: worker Not tainted 6.1.0 #1'],
  ['cron', 'free: 12 MB, Normal free:12'],
  ['app', '{"msg":"Killed process 99 (y)","free":12}'],
  ['java', 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
  ['systemd', 'cart.service: Main process exited, code=killed, status=9/KILL'],
  ['systemd', "cart.service: Failed with result 'oom-kill'."],
  ['containerd', 'time="2026-11-24T01:00:00Z" level=info msg="TaskOOM event container_id:\\"0123456789abcdef\\""'],
  ['systemd-oomd', 'Killed /user.slice/x due to memory pressure for /user.slice being 80.00% > 50.00%'],
  ['earlyoom', 'sending SIGTERM to process 77 uid 1000 "firefox": badness 900, VmRSS 800 MiB'],
  ['nohang', '  PID: 90, Name: worker, badness: 800'],
  ['nohang', '[ OK ] Sending SIGKILL to the victim'],
  ['lmkd', "Kill 'com.example' (1234), uid 10012, oom_score_adj 900 to free 1234kB"],
  ['postfix/smtpd', `connect from ${'x'.repeat(3000)} oom-killer`],
].map(([program, text]) => ({ program: program!, text: text!, seconds: 0.2 }));

const kernelLine = fc.constantFrom(...reports.flat());
const segment = fc.oneof(
  fc.array(fc.constantFrom(...noise), { maxLength: 250 }),
  fc.constantFrom(...reports),
  // cut at either end, or out of the middle
  fc.tuple(fc.constantFrom(...reports), fc.nat(120), fc.nat(120)).map(([lines, from, length]) => {
    const start = from % lines.length;
    return lines.slice(start, start + 1 + length);
  }),
  kernelLine.map((line) => [line]),
  fc.constant([
    { program: 'kernel', text: 'Out of memory: Killed process 7 (lone) total-vm:8kB, anon-rss:4kB', seconds: 0 },
  ]),
  fc.constant([{ program: 'kernel', text: 'oom_reaper: reaped process 7 (lone), now anon-rss:0kB', seconds: 0 }]),
  fc.constant([{ program: 'kernel', text: 'sysrq: Show Memory', seconds: 0 }]),
  fc.constant([{ program: 'kernel', text: 'quiet', seconds: 90 }]),
);
const messages = fc.array(segment, { minLength: 1, maxLength: 14 }).map((segments) => segments.flat());

const start = Date.parse('2026-11-24T01:00:00Z');
const carriers: Record<string, (messages: (Message & { at: number })[]) => string> = {
  syslog: (all) =>
    all
      .map(({ program, text, at }) => {
        const clock = new Date(start + at * 1000).toISOString().slice(11, 19);
        return `Nov 24 ${clock} web-1 ${program}${program === 'kernel' ? ':' : '[12]:'} ${text}\n`;
      })
      .join(''),
  dmesg: (all) => all.map(({ text, at }) => `[${at.toFixed(6).padStart(12)}] ${text}\n`).join(''),
  bare: (all) => all.map(({ text }) => `${text}\n`).join(''),
  journal: (all) => all.map((message) => `${JSON.stringify(fieldsOf(message))}\n`).join(''),
  'journal, messages as bytes': (all) =>
    all
      .map((message) => ({ ...fieldsOf(message), MESSAGE: [...Buffer.from(message.text)] }))
      .map((fields) => `${JSON.stringify(fields)}\n`)
      .join(''),
  export: (all) =>
    all
      .map((message, index) => {
        const fields = Object.entries({ __CURSOR: `s=${index}`, PRIORITY: '4', ...fieldsOf(message) });
        return `${fields.map(([key, value]) => `${key}=${value}\n`).join('')}\n`;
      })
      .join(''),
  'dmesg --json': (all) =>
    `{\n   "dmesg": [\n${all
      .map(
        ({ program, text, at }) =>
          `      {\n         "pri": ${program === 'kernel' ? 4 : 12},\n         "time": ${at.toFixed(6)},\n         "msg": ${JSON.stringify(text)}\n      }`,
      )
      .join(',')}\n   ]\n}\n`,
};

function fieldsOf({ program, text, at }: Message & { at: number }) {
  const kernel = program === 'kernel';
  return {
    __REALTIME_TIMESTAMP: String((start + at * 1000) * 1000),
    _TRANSPORT: kernel ? 'kernel' : 'syslog',
    SYSLOG_FACILITY: kernel ? '0' : '3',
    SYSLOG_IDENTIFIER: program,
    MESSAGE: text,
  };
}

describe('passing over what holds no report finds what reading every line finds', () => {
  test.each(Object.keys(carriers))('%s', async (carrier) => {
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 5000 }), async (list, size) => {
        let at = 5000;
        const placed = list.map((message) => {
          at += message.seconds;
          return { ...message, at };
        });
        const text = carriers[carrier]!(placed);
        const every = await inChunks(text, text.length, { ...small, wholeBytes: text.length });
        const { found, otherEnds, lines, error } = await inChunks(text, size, small);
        expect(error).toBeNull();
        expect(found).toEqual(every.found);
        expect(otherEnds).toEqual(every.otherEnds);
        expect(lines).toBe(text.split('\n').length - 1);
      }),
      { numRuns: 60 },
    );
  });
});
