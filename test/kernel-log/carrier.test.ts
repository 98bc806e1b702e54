import { expect, test } from 'vitest';
import { recordsOfLine } from '../../src/kernel-log/carrier.js';
import { reportsFromText } from '../../src/kernel-log/index.js';

const options = { referenceMs: Date.parse('2026-03-01T00:00:00Z') };
const said = 'python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0';

test.each([
  ['nothing', said, {}],
  ['an uptime', `[   12.345678] ${said}`, { uptimeSeconds: 12.345678 }],
  ['an uptime and a caller', `[   12.345678][ T2256] ${said}`, { uptimeSeconds: 12.345678, caller: 'T2256' }],
  ['a lost bracket', ` 9963.177067] ${said}`, { uptimeSeconds: 9963.177067 }],
  ['a delta', `[  +0.000004] ${said}`, { time: null }],
  ['dmesg -T', `[Sat Sep 11 12:24:42 2021] ${said}`, { time: '2021-09-11T12:24:42' }],
  ['a line number before it', `565 [Sat Sep 11 12:24:42 2021] ${said}`, { time: '2021-09-11T12:24:42' }],
  ['dmesg --time-format iso', `2021-09-11T12:24:42,123456+08:00 ${said}`, { time: '2021-09-11T12:24:42.123456+08:00' }],
  ['dmesg -x', `kern  :warn  : [   12.345678] ${said}`, { uptimeSeconds: 12.345678 }],
  ['a priority', `<4>[   12.345678] ${said}`, { uptimeSeconds: 12.345678 }],
  [
    'syslog',
    `May  2 10:43:01 web-1 kernel: [46106.733511] ${said}`,
    { hostName: 'web-1', time: '2025-05-02T10:43:01' },
  ],
  ['a later day than the log', `Feb 28 10:43:01 web-1 kernel: ${said}`, { time: '2026-02-28T10:43:01' }],
  ['logread', `Tue Mar 17 18:23:55 2026 kern.info kernel: [  101.856367] ${said}`, { uptimeSeconds: 101.856367 }],
  ['RFC 5424', `<4>1 2021-09-11T12:24:42.003Z web-1 kernel - - - ${said}`, { hostName: 'web-1', identifier: 'kernel' }],
  ['short-iso', `2021-09-11T12:24:42+0800 web-1 kernel: ${said}`, { epochMs: Date.parse('2021-09-11T04:24:42Z') }],
  ['/dev/kmsg', `4,337,5759067411,-;${said}`, { uptimeSeconds: 5759.067411 }],
  ['/dev/kmsg with a caller', `4,337,5759067411,-,caller=T12;${said}`, { caller: 'T12' }],
  ['grep', `kern.log.1:12:May  2 10:43:01 web-1 kernel: ${said}`, { hostName: 'web-1' }],
  ['mail quoting', `> > [   12.345678] ${said}`, { uptimeSeconds: 12.345678 }],
  ['CRLF', `[   12.345678] ${said}\r`, { uptimeSeconds: 12.345678 }],
  [
    'the journal',
    JSON.stringify({ _TRANSPORT: 'kernel', __REALTIME_TIMESTAMP: '1631363082000000', MESSAGE: said }),
    { identifier: 'kernel', epochMs: 1631363082000 },
  ],
  [
    'the journal, as bytes',
    JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: [...Buffer.from(said)] }),
    { identifier: 'kernel' },
  ],
  ['a collector', JSON.stringify({ log: `[   12.345678] ${said}\n` }), { uptimeSeconds: 12.345678 }],
])('takes %s off', (_name, line, expected) => {
  expect(recordsOfLine(line, 1, options)).toMatchObject([{ message: said, line: 1, ...expected }]);
});

test.each([
  ['another program', `May  2 10:43:01 web-1 app[12]: ${said}`],
  ['another facility, as syslog', `<12>May  2 10:43:01 web-1 kernel: ${said}`],
  ['another facility, in kmsg', `12,337,5759067411,-;${said}`],
  ['another facility, in dmesg -x', `user  :warn  : [   12.345678] ${said}`],
  ['another transport', JSON.stringify({ _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'kernel', MESSAGE: said })],
  ['another facility, in the journal', JSON.stringify({ _TRANSPORT: 'kernel', SYSLOG_FACILITY: '1', MESSAGE: said })],
])('%s does not speak for the kernel', (_name, line) => {
  expect(reportsFromText(line, { kind: 'file', name: 'a', forgeable: true }, options.referenceMs)).toEqual([]);
});

test("the kernel's own words are no program's name", () => {
  for (const message of [
    'CPU: 1 PID: 2 Comm: x Not tainted 5.4.0 #1',
    'memory: usage 4kB, limit 4kB, failcnt 8',
    'DMA: 1*4kB = 4kB',
    'a b: page allocation failure: order:1, mode:0x20',
  ]) {
    expect(recordsOfLine(`2021-09-11T12:24:42 ${message}`, 1, options)[0]!.message).toBe(message);
  }
});

test('/dev/kmsg escapes what is not printable: a line break inside a record begins nothing', () => {
  const records = recordsOfLine('6,1,1000000,-;a\\x0ab \\xc3\\xa4\\x5c', null, options);
  expect(records.map(({ message, beginsRecord }) => [message, beginsRecord])).toEqual([
    ['a', true],
    ['b ä\\', false],
  ]);
});
