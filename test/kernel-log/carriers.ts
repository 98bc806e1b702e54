import { readdirSync, readFileSync } from 'node:fs';
import type { LogRecord } from '../../src/kernel-log/index.js';
import { createLineReader } from '../../src/kernel-log/text.js';

/** What a kernel printed, one record each, before anything carried it. A message may hold line breaks. */
export interface Printed {
  message: string;
  uptimeSeconds: number;
}

export interface Carrier {
  name: string;
  carry(printed: Printed[]): string;
  /** it keeps no line breaks, or no more than whole messages: what is left of a report may be less */
  loses?: string;
}

const folder = new URL('../fixtures/reports/', import.meta.url);
/** the hosts that these logs are said to be of were booted then; the log was written on that day */
const bootMs = Date.UTC(2026, 10, 24, 1, 0, 0);
export const referenceMs = Date.UTC(2026, 10, 26);

/** The kernel's records of every fixture. Those of other programs, and of two CPUs that only a caller tells apart, are left out. */
export function printedOfFixtures(): { name: string; printed: Printed[] }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log') && !/two-cpus|user-space/.test(name))
    .map((name) => ({ name, printed: printedOf(readFileSync(new URL(name, folder), 'utf8')) }));
}

export function printedOf(text: string): Printed[] {
  const { read } = createLineReader(referenceMs);
  const records = text.split('\n').flatMap((line, index) => read(line, index + 1));
  const merged: Printed[] = [];
  for (const { message, beginsRecord } of records.filter(isKernels)) {
    if (beginsRecord) merged.push({ message, uptimeSeconds: round(3600 + merged.length * 0.00013) });
    else merged.at(-1)!.message += `\n${message}`;
  }
  return merged;
}

function isKernels({ message, identifier }: LogRecord): boolean {
  return message !== '' && (identifier === null || identifier === 'kernel');
}

const round = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
const at = ({ uptimeSeconds }: Printed) => new Date(bootMs + uptimeSeconds * 1000);
const two = (number: number) => String(number).padStart(2, '0');
const micro = ({ uptimeSeconds }: Printed) => String(Math.round(uptimeSeconds * 1e6) % 1_000_000).padStart(6, '0');
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const clock = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
const month = (date: Date) => months[date.getUTCMonth()]!;
const weekday = (date: Date) => days[date.getUTCDay()]!;
const dayOfMonth = (date: Date) => String(date.getUTCDate()).padStart(2, ' ');
const isoDay = (date: Date) => date.toISOString().slice(0, 10);
const uptime = ({ uptimeSeconds }: Printed) => `[${uptimeSeconds.toFixed(6).padStart(12)}]`;
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const docker = (line: string) =>
  JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-24T02:00:00.123456789Z' });

/** each line of a message with the same words before it */
const lines = (prefix: (printed: Printed) => string) => (printed: Printed[]) =>
  printed
    .map((one) =>
      one.message
        .split('\n')
        .map((line) => `${prefix(one)}${line}`)
        .join('\n'),
    )
    .join('\n');
/** the second and later lines below the first, as dmesg and journalctl print them */
const hanging = (prefix: (printed: Printed) => string) => (printed: Printed[]) =>
  printed
    .map((one) => `${prefix(one)}${one.message.replaceAll('\n', `\n${' '.repeat(prefix(one).length)}`)}`)
    .join('\n');
const each = (line: (printed: Printed, index: number) => string) => (printed: Printed[]) =>
  printed.map(line).join('\n');
/** a collector that took each line of the kernel's text as one event */
const events =
  (wrap: (line: string, printed: Printed) => unknown, prefix = uptime) =>
  (printed: Printed[]) =>
    printed
      .flatMap((one) => one.message.split('\n').map((line) => JSON.stringify(wrap(`${prefix(one)} ${line}`, one))))
      .join('\n');

const journalFields = (one: Printed, index: number) => ({
  __CURSOR: `s=5c1e;i=${index.toString(16)};b=0d3f;m=1;t=5;x=9`,
  __REALTIME_TIMESTAMP: String(at(one).getTime() * 1000),
  __MONOTONIC_TIMESTAMP: String(Math.round(one.uptimeSeconds * 1e6)),
  _BOOT_ID: '0d3f5b1c9a7e4f60b2d1c3e5f7a90b1c',
  _TRANSPORT: 'kernel',
  PRIORITY: '4',
  SYSLOG_FACILITY: '0',
  SYSLOG_IDENTIFIER: 'kernel',
  _HOSTNAME: 'web-1',
  _MACHINE_ID: '6b7c8d9eaf1042b3a4c5d6e7f8091a2b',
  _SOURCE_MONOTONIC_TIMESTAMP: String(Math.round(one.uptimeSeconds * 1e6)),
  MESSAGE: one.message,
});

const syslogStamp = (one: Printed) => `${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))}`;

/** `dmesg -T` in other languages: the day's and month's names are the C library's (strftime %a %b). */
const languages: Record<string, [day: string, month: string]> = {
  German: ['Di', 'Nov'],
  French: ['mar.', 'nov.'],
  Spanish: ['mar', 'nov'],
  Portuguese: ['ter', 'nov'],
  Italian: ['mar', 'nov'],
  Russian: ['Вт', 'ноя'],
  'Russian, in lower case': ['вт', 'ноя'],
  Chinese: ['二', '11月'],
  Japanese: ['火', '11月'],
  Korean: ['화', '11월'],
  Polish: ['wto', 'lis'],
  Czech: ['Út', 'lis'],
  Dutch: ['di', 'nov'],
  Swedish: ['tis', 'nov'],
  Turkish: ['Sal', 'Kas'],
  Ukrainian: ['вт', 'лис'],
  Greek: ['Τρι', 'Νοε'],
};

export const carriers: Carrier[] = [
  { name: 'nothing at all', carry: lines(() => '') },
  { name: 'dmesg', carry: hanging((one) => `${uptime(one)} `) },
  { name: 'dmesg, each line stamped', carry: lines((one) => `${uptime(one)} `) },
  {
    name: 'dmesg -T',
    carry: hanging((one) => `[${weekday(at(one))} ${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))} 2026] `),
  },
  ...Object.entries(languages).map(([language, [day, name]]) => ({
    name: `dmesg -T in ${language}`,
    carry: hanging((one) => `[${day} ${name} ${dayOfMonth(at(one))} ${clock(at(one))} 2026] `),
  })),
  { name: 'dmesg -x', carry: hanging((one) => `kern  :warn  : ${uptime(one)} `) },
  {
    name: 'dmesg -x -T',
    carry: hanging(
      (one) => `kern  :warn  : [${weekday(at(one))} ${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))} 2026] `,
    ),
  },
  {
    name: 'dmesg -d',
    carry: each(
      (one, index) =>
        `[${one.uptimeSeconds.toFixed(6).padStart(12)} <${(index === 0 ? 0 : 0.00013).toFixed(6).padStart(12)}>] ${one.message.replaceAll('\n', `\n${' '.repeat(30)}`)}`,
    ),
  },
  {
    name: 'dmesg -e',
    carry: each(
      (one, index) =>
        `${index === 0 ? `[${month(at(one))}${dayOfMonth(at(one)).padStart(3)} ${clock(at(one)).slice(0, 5)}]` : '[  +0.000130]'} ${one.message.replaceAll('\n', `\n${' '.repeat(14)}`)}`,
    ),
  },
  {
    name: 'dmesg --time-format iso',
    carry: hanging((one) => `${isoDay(at(one))}T${clock(at(one))},${micro(one)}+00:00 `),
  },
  { name: 'dmesg --time-format delta', carry: hanging(() => '[<    0.000130>] ') },
  {
    name: 'dmesg --time-format ctime',
    carry: hanging((one) => `[${weekday(at(one))} ${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))} 2026] `),
  },
  { name: 'dmesg --raw', carry: lines((one) => `<4>${uptime(one)} `) },
  { name: 'dmesg -t', carry: hanging(() => '') },
  {
    name: 'dmesg -L',
    carry: each(
      (one) =>
        `\x1b[32m${uptime(one)} \x1b[0m\x1b[33m${one.message.split('\n')[0]!.slice(0, 12)}\x1b[0m${one.message.slice(Math.min(12, one.message.split('\n')[0]!.length)).replaceAll('\n', `\n${' '.repeat(15)}`)}`,
    ),
  },
  {
    name: 'dmesg --json',
    carry: (printed) =>
      `{\n   "dmesg": [\n${printed.map((one) => `      {\n         "pri": 4,\n         "time":${one.uptimeSeconds.toFixed(6).padStart(13)},\n         "msg": ${JSON.stringify(one.message)}\n      }`).join(',')}\n   ]\n}`,
  },
  { name: 'a priority alone', carry: lines(() => '<4>') },
  {
    name: '/dev/kmsg',
    carry: each(
      (one, index) =>
        `4,${300 + index},${Math.round(one.uptimeSeconds * 1e6)},-;${one.message.replaceAll('\\', '\\x5c').replaceAll('\n', '\\x0a')}`,
    ),
  },
  {
    name: 'netconsole, extended',
    carry: each(
      (one, index) =>
        `6.12.9,4,${300 + index},${Math.round(one.uptimeSeconds * 1e6)},-;${one.message.replaceAll('\n', '\\x0a')}`,
    ),
  },
  { name: 'journalctl -o short', carry: hanging((one) => `${syslogStamp(one)} web-1 kernel: `) },
  { name: 'journalctl -o short-precise', carry: hanging((one) => `${syslogStamp(one)}.${micro(one)} web-1 kernel: `) },
  {
    name: 'journalctl -o short-iso',
    carry: hanging((one) => `${isoDay(at(one))}T${clock(at(one))}+0000 web-1 kernel: `),
  },
  {
    name: 'journalctl -o short-iso-precise',
    carry: hanging((one) => `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}+00:00 web-1 kernel: `),
  },
  {
    name: 'journalctl -o short-full',
    carry: hanging((one) => `${weekday(at(one))} ${isoDay(at(one))} ${clock(at(one))} UTC web-1 kernel: `),
  },
  {
    name: 'journalctl -o short-full, a zone of figures',
    carry: hanging((one) => `${weekday(at(one))} ${isoDay(at(one))} ${clock(at(one))} +00 web-1 kernel: `),
  },
  {
    name: 'journalctl -o with-unit',
    carry: hanging((one) => `${weekday(at(one))} ${isoDay(at(one))} ${clock(at(one))} CET web-1 kernel[n/a]: `),
  },
  {
    name: 'journalctl -o with-unit, as it prints the kernel',
    carry: hanging((one) => `${weekday(at(one))} ${isoDay(at(one))} ${clock(at(one))} CET web-1 kernel: `),
  },
  { name: 'journalctl -o short-monotonic', carry: hanging((one) => `${uptime(one)} web-1 kernel: `) },
  {
    name: 'journalctl -o short-delta',
    carry: hanging((one) => `[${one.uptimeSeconds.toFixed(6).padStart(12)} <    0.000130 >] web-1 kernel: `),
  },
  {
    name: 'journalctl -o short-unix',
    carry: hanging((one) => `${Math.floor(at(one).getTime() / 1000)}.${micro(one)} web-1 kernel: `),
  },
  { name: 'journalctl -o cat', carry: lines(() => '') },
  {
    name: 'journalctl -o verbose',
    carry: each(
      (one, index) =>
        `${weekday(at(one))} ${isoDay(at(one))} ${clock(at(one))}.${micro(one)} UTC [s=5c1e;i=${index};b=0d;m=1;t=5;x=9]\n${Object.entries(
          journalFields(one, index),
        )
          .filter(([key]) => !key.startsWith('__'))
          .map(([key, value]) => `    ${key}=${value.replaceAll('\n', `\n${' '.repeat(4 + key.length + 1)}`)}`)
          .join('\n')}`,
    ),
  },
  {
    name: 'journalctl -o export',
    carry: each(
      (one, index) =>
        `${Object.entries(journalFields(one, index))
          .map(([key, value]) => (value.includes('\n') ? `${key}\n${size(value)}${value}` : `${key}=${value}`))
          .join('\n')}\n`,
    ),
  },
  { name: 'journalctl -o json', carry: each((one, index) => JSON.stringify(journalFields(one, index))) },
  {
    name: 'journalctl -o json-pretty',
    carry: each((one, index) => JSON.stringify(journalFields(one, index), null, '\t')),
  },
  { name: 'journalctl -o json-seq', carry: each((one, index) => `\x1e${JSON.stringify(journalFields(one, index))}`) },
  {
    name: 'journalctl -o json-sse',
    carry: each((one, index) => `data: ${JSON.stringify(journalFields(one, index))}\n`),
  },
  { name: 'an array of JSON', carry: (printed) => JSON.stringify(printed.map(journalFields)) },
  { name: 'syslog, RFC 3164', carry: lines((one) => `<4>${syslogStamp(one)} web-1 kernel: ${uptime(one)} `) },
  {
    name: 'rsyslog',
    carry: each((one) => `${syslogStamp(one)} web-1 kernel: ${uptime(one)} ${one.message.replaceAll('\n', '#012')}`),
  },
  {
    name: 'rsyslog, tabs folded too',
    carry: each(
      (one) =>
        `${syslogStamp(one)} web-1 kernel: ${uptime(one)} ${one.message.replaceAll('\n', '#012').replaceAll('\t', '#011')}`,
    ),
  },
  {
    name: 'rsyslog with ISO stamps',
    carry: each(
      (one) =>
        `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}+00:00 web-1 kernel: ${uptime(one)} ${one.message.replaceAll('\n', '#012')}`,
    ),
  },
  {
    name: 'syslog with a year',
    carry: lines(
      (one) => `${month(at(one))} ${dayOfMonth(at(one))} 2026 ${clock(at(one))} web-1 kernel: ${uptime(one)} `,
    ),
  },
  {
    name: 'syslog, RFC 5424',
    carry: lines(
      (one) => `<4>1 ${isoDay(at(one))}T${clock(at(one))}.${micro(one)}Z web-1 kernel - - - ${uptime(one)} `,
    ),
  },
  {
    name: 'RFC 5424 with structured data',
    carry: lines(
      (one) =>
        `<4>1 ${isoDay(at(one))}T${clock(at(one))}.${micro(one)}Z web-1 kernel - ID47 [a@32473 iut="3" note="b \\] \\" c"][b@32473 x="y"] \ufeff${uptime(one)} `,
    ),
  },
  {
    name: 'RFC 5424 in a file, without its priority',
    carry: lines((one) => `1 ${isoDay(at(one))}T${clock(at(one))}.${micro(one)}Z web-1 kernel - - - ${uptime(one)} `),
  },
  {
    name: 'busybox logread',
    carry: lines(
      (one) =>
        `${weekday(at(one))} ${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))} 2026 kern.warn kernel: ${uptime(one)} `,
    ),
  },
  { name: 'busybox syslogd', carry: lines((one) => `${syslogStamp(one)} web-1 kern.warn kernel: ${uptime(one)} `) },
  { name: 'syslog-ng', carry: lines((one) => `${syslogStamp(one)} web-1 kernel: ${uptime(one)} `) },
  { name: 'syslog-ng with a source', carry: lines((one) => `${syslogStamp(one)} s_sys@web-1 kernel: ${uptime(one)} `) },
  {
    name: "a log host, its own stamp before the sender's",
    carry: lines((one) => `${syslogStamp(one)} 10.0.0.5 ${syslogStamp(one)} web-1 kernel: ${uptime(one)} `),
  },
  {
    name: 'a log host with a facility and level',
    carry: lines((one) => `${isoDay(at(one))}T${clock(at(one))}+00:00 web-1 kern.warning kernel: ${uptime(one)} `),
  },
  {
    name: 'Docker json-file',
    carry: (printed) =>
      printed.flatMap((one) => one.message.split('\n').map((line) => docker(`${uptime(one)} ${line}`))).join('\n'),
  },
  {
    name: 'CRI',
    carry: lines((one) => `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}789Z stderr F ${uptime(one)} `),
  },
  {
    name: 'CRI with a syslog line inside',
    carry: lines(
      (one) =>
        `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}789Z stdout F ${syslogStamp(one)} web-1 kernel: ${uptime(one)} `,
    ),
  },
  {
    name: 'kubectl logs --timestamps',
    carry: lines((one) => `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}789Z ${uptime(one)} `),
  },
  { name: 'kubectl logs --prefix', carry: lines((one) => `[pod/node-log-x7k2p/reader] ${uptime(one)} `) },
  { name: 'docker compose logs', carry: lines((one) => `reader-1  | ${uptime(one)} `) },
  {
    name: 'Google Cloud, textPayload',
    carry: events((line, one) => ({
      insertId: '1x',
      logName: 'projects/p/logs/syslog',
      textPayload: line,
      timestamp: at(one).toISOString(),
    })),
  },
  {
    name: 'Google Cloud, jsonPayload.message',
    carry: events((line, one) => ({
      insertId: '1x',
      jsonPayload: { message: line, ident: 'kernel' },
      resource: { type: 'gce_instance' },
      timestamp: at(one).toISOString(),
    })),
  },
  {
    name: 'Google Cloud, jsonPayload.MESSAGE',
    carry: each((one, index) =>
      JSON.stringify({
        insertId: `${index}`,
        jsonPayload: journalFields(one, index),
        timestamp: at(one).toISOString(),
      }),
    ),
  },
  {
    name: 'Google Cloud, pretty-printed entries',
    carry: (printed) =>
      JSON.stringify(
        printed.flatMap((one) =>
          one.message.split('\n').map((line) => ({
            insertId: '1x',
            textPayload: `${uptime(one)} ${line}`,
            timestamp: at(one).toISOString(),
          })),
        ),
        null,
        2,
      ),
  },
  {
    name: 'CloudWatch, message',
    carry: events((line, one) => ({ timestamp: at(one).getTime(), message: line, ingestionTime: at(one).getTime() })),
  },
  {
    name: 'CloudWatch Insights, @message',
    carry: events((line, one) => ({ '@timestamp': isoDay(at(one)), '@message': line })),
  },
  {
    name: 'aws logs get-log-events',
    carry: (printed) =>
      JSON.stringify(
        {
          events: printed.flatMap((one) =>
            one.message.split('\n').map((line) => ({
              timestamp: at(one).getTime(),
              message: `${syslogStamp(one)} ip-10-0-0-5 kernel: ${uptime(one)} ${line}`,
              ingestionTime: at(one).getTime(),
            })),
          ),
          nextForwardToken: 'f/1',
        },
        null,
        4,
      ),
  },
  {
    name: 'awslogs',
    carry: lines(
      (one) => `${isoDay(at(one))}T${clock(at(one))}.000Z ${syslogStamp(one)} ip-10-0-0-5 kernel: ${uptime(one)} `,
    ),
  },
  {
    name: 'awslogs with group and stream',
    carry: lines((one) => `/var/log/messages i-0abc123 ${syslogStamp(one)} ip-10-0-0-5 kernel: ${uptime(one)} `),
  },
  {
    name: 'Azure',
    carry: events((line, one) => ({
      TimeGenerated: at(one).toISOString(),
      Computer: 'aks-1',
      Facility: 'kern',
      SeverityLevel: 'warning',
      ProcessName: 'kernel',
      SyslogMessage: line,
    })),
  },
  {
    name: 'Azure, as records',
    carry: events((line, one) => ({
      time: at(one).toISOString(),
      category: 'Syslog',
      properties: { log: `${line}\n`, stream: 'stdout' },
    })),
  },
  {
    name: 'Fluent Bit, kmsg',
    carry: each((one, index) =>
      JSON.stringify({
        date: at(one).getTime() / 1000,
        priority: 4,
        sequence: index,
        sec: Math.floor(one.uptimeSeconds),
        usec: Number(micro(one)),
        msg: one.message,
      }),
    ),
  },
  {
    name: 'Fluent Bit on Kubernetes',
    carry: events((line, one) => ({
      date: at(one).getTime() / 1000,
      kubernetes: { host: 'n1', pod_name: 'x' },
      log: `${isoDay(at(one))}T${clock(at(one))}.${micro(one)}789Z stderr F ${line}`,
    })),
  },
  {
    name: 'Fluentd, tag and stamp before the JSON',
    carry: (printed) =>
      printed
        .flatMap((one) =>
          one.message
            .split('\n')
            .map(
              (line) =>
                `${isoDay(at(one))}T${clock(at(one))}+00:00\tkern.log\t${JSON.stringify({ message: `${uptime(one)} ${line}` })}`,
            ),
        )
        .join('\n'),
  },
  {
    name: 'Vector, journald',
    carry: each((one, index) => {
      const { MESSAGE, _HOSTNAME, ...fields } = journalFields(one, index);
      return JSON.stringify({
        ...fields,
        host: _HOSTNAME,
        message: MESSAGE,
        source_type: 'journald',
        timestamp: at(one).toISOString(),
      });
    }),
  },
  {
    name: 'Promtail, journald as JSON in a line',
    carry: each((one, index) =>
      JSON.stringify({
        labels: { job: 'journal' },
        line: JSON.stringify(journalFields(one, index)),
        timestamp: at(one).toISOString(),
      }),
    ),
  },
  {
    name: 'Loki, logcli',
    carry: events((line, one) => ({
      labels: { job: 'varlogs' },
      line: `${syslogStamp(one)} web-1 kernel: ${line}`,
      timestamp: at(one).toISOString(),
    })),
  },
  {
    name: 'logcli in text',
    carry: lines(
      (one) =>
        `${isoDay(at(one))}T${clock(at(one))}Z {filename="/var/log/kern.log", job="varlogs"} ${syslogStamp(one)} web-1 kernel: ${uptime(one)} `,
    ),
  },
  {
    name: 'Loki, query_range',
    carry: (printed) =>
      JSON.stringify({
        status: 'success',
        data: {
          resultType: 'streams',
          result: [
            {
              stream: { job: 'varlogs' },
              values: printed.flatMap((one) =>
                one.message.split('\n').map((line) => [String(at(one).getTime() * 1e6), `${uptime(one)} ${line}`]),
              ),
            },
          ],
        },
      }),
  },
  {
    name: 'Filebeat',
    carry: events((line, one) => ({
      '@timestamp': at(one).toISOString(),
      '@metadata': { beat: 'filebeat' },
      log: { offset: 12, file: { path: '/var/log/kern.log' } },
      message: `${syslogStamp(one)} web-1 kernel: ${line}`,
      host: { name: 'web-1' },
    })),
  },
  {
    name: 'Journalbeat',
    carry: events((line, one) => ({
      '@timestamp': at(one).toISOString(),
      host: { hostname: 'web-1' },
      syslog: { facility: 0, identifier: 'kernel' },
      message: line,
    })),
  },
  {
    name: 'Elasticsearch hits',
    carry: events((line, one) => ({
      _index: 'logs',
      _source: { '@timestamp': at(one).toISOString(), event: { original: line }, process: { name: 'kernel' } },
    })),
  },
  {
    name: 'Datadog',
    carry: events((line, one) => ({
      id: 'AQ',
      content: {
        timestamp: at(one).toISOString(),
        service: 'kernel',
        host: 'web-1',
        message: line,
        attributes: { level: 'warn' },
      },
    })),
  },
  {
    name: 'Splunk',
    carry: events((line, one) => ({
      preview: false,
      result: { _raw: `${syslogStamp(one)} web-1 kernel: ${line}`, host: 'web-1', sourcetype: 'linux_messages_syslog' },
    })),
  },
  {
    name: 'JSON, encoded twice',
    carry: (printed) =>
      printed
        .flatMap((one) =>
          one.message.split('\n').map((line) => JSON.stringify({ log: `${docker(`${uptime(one)} ${line}`)}\n` })),
        )
        .join('\n'),
  },
  {
    name: 'OpenTelemetry',
    carry: events((line, one) => ({
      timeUnixNano: String(at(one).getTime() * 1e6),
      severityText: 'WARN',
      body: { stringValue: line },
    })),
  },
  {
    name: 'Talos',
    carry: (printed) =>
      printed
        .flatMap((one) =>
          one.message
            .split('\n')
            .map((line) => `10.5.0.2: kern: warning: [${at(one).toISOString().replace('.000Z', 'Z')}]: ${line}`),
        )
        .join('\n'),
  },
  { name: 'vmcore-dmesg.txt', carry: lines((one) => `${uptime(one)} `) },
  { name: 'crash> log', carry: (printed) => `crash> log\n${lines((one) => `${uptime(one)} `)(printed)}\ncrash> quit` },
  { name: 'crash> log -m', carry: lines((one) => `${uptime(one)} <4>`) },
  {
    name: 'crash> log -T',
    carry: lines((one) => `[${weekday(at(one))} ${month(at(one))} ${dayOfMonth(at(one))} ${clock(at(one))} UTC 2026] `),
  },
  { name: 'logcat, brief', carry: lines(() => 'W/kernel  (    0): ') },
  { name: 'logcat, threadtime', carry: lines((one) => `11-24 ${clock(at(one))}.123     0     0 W kernel  : `) },
  {
    name: 'logcat, threadtime with a year and uid',
    carry: lines((one) => `2026-11-24 ${clock(at(one))}.123  root     0     0 W kernel  : `),
  },
  { name: 'logcat, time', carry: lines((one) => `11-24 ${clock(at(one))}.123 W/kernel  (    0): `) },
  {
    name: 'logcat, long',
    carry: (printed) =>
      printed
        .flatMap((one) =>
          one.message.split('\n').map((line) => `[ 11-24 ${clock(at(one))}.123     0:    0 W/kernel   ]\n${line}\n`),
        )
        .join('\n'),
  },
  { name: 'logcat, tag', carry: lines(() => 'W/kernel  : ') },
  {
    name: 'last_kmsg with pid and CPU',
    carry: lines((one) => `<4>[${one.uptimeSeconds.toFixed(6)}, pid:1234,cpu0,kswapd0] `),
  },
  {
    name: "last_kmsg, another vendor's",
    carry: lines((one) => `<4>[${one.uptimeSeconds.toFixed(6).padStart(12)}]  [1:        kswapd0:  123] `),
  },
  {
    name: 'last_kmsg, level and CPU in brackets',
    carry: lines((one) => `[${one.uptimeSeconds.toFixed(6).padStart(12)}][T123] `),
  },
  {
    name: 'last_kmsg with a wall clock',
    carry: lines((one) => `<4>[${one.uptimeSeconds.toFixed(6).padStart(12)}] (0)[123:kswapd0]`),
  },
  { name: 'pstore', carry: (printed) => `Panic#1 Part1\n${lines((one) => `<4>${uptime(one)} `)(printed)}` },
  { name: 'CRLF', carry: (printed) => lines((one) => `${uptime(one)} `)(printed).replaceAll('\n', '\r\n') },
  {
    name: 'a serial console',
    carry: (printed) => lines((one) => `${uptime(one)} `)(printed).replaceAll('\n', '\r\r\n'),
  },
  { name: 'a carriage return before each line', carry: lines((one) => `\r${uptime(one)} `) },
  { name: 'NULs before each line', carry: lines((one) => `\0\0\0${uptime(one)} `) },
  { name: 'a byte order mark', carry: (printed) => `\ufeff${lines((one) => `${uptime(one)} `)(printed)}` },
  {
    name: 'copied from the web',
    carry: (printed) => `<pre><code>${escaped(lines((one) => `${uptime(one)} `)(printed))}</code></pre>`,
  },
  { name: 'copied from the web, with spans', carry: lines((one) => `<span class="line">${uptime(one)} `) },
  {
    name: 'copied from the web, each line a paragraph',
    carry: (printed) =>
      printed
        .flatMap((one) => one.message.split('\n').map((line) => `<p>${escaped(`${uptime(one)} ${line}`)}</p>`))
        .join('\n'),
  },
  {
    name: 'copied from the web, broken by <br>',
    carry: (printed) =>
      printed
        .flatMap((one) => one.message.split('\n').map((line) => `${escaped(`${uptime(one)} ${line}`)}<br />`))
        .join('\n'),
  },
  {
    name: 'a markdown fence',
    carry: (printed) => `# Killed\n\n\`\`\`\n${lines((one) => `${uptime(one)} `)(printed)}\n\`\`\`\n`,
  },
  {
    name: 'a markdown fence in a list',
    carry: (printed) => `- log:\n\n  \`\`\`console\n${lines((one) => `  ${uptime(one)} `)(printed)}\n  \`\`\`\n`,
  },
  { name: 'a YAML block', carry: (printed) => `log: |\n${lines((one) => `  ${uptime(one)} `)(printed)}\n` },
  {
    name: 'markdown code, each line',
    carry: (printed) =>
      printed.flatMap((one) => one.message.split('\n').map((line) => `\`${uptime(one)} ${line}\``)).join('\n'),
  },
  { name: 'quoted mail', carry: lines((one) => `> > ${uptime(one)} `) },
  { name: 'quoted-printable mail', carry: (printed) => quotedPrintable(lines((one) => `${uptime(one)} `)(printed)) },
  { name: 'a tab before each line', carry: lines((one) => `\t${uptime(one)} `) },
  {
    name: 'line numbers, cat -n',
    carry: numbered(
      (number) => `${String(number).padStart(6)}\t`,
      (one) => `${uptime(one)} `,
    ),
  },
  {
    name: 'line numbers, less -N',
    carry: numbered(
      (number) => `${String(number).padStart(7)} `,
      (one) => `${uptime(one)} `,
    ),
  },
  {
    name: 'line numbers, syslog',
    carry: numbered(
      (number) => `${String(number).padStart(6)}\t`,
      (one) => `${syslogStamp(one)} web-1 kernel: `,
    ),
  },
  {
    name: 'grep -n',
    carry: numbered(
      (number) => `${number}:`,
      (one) => `${uptime(one)} `,
    ),
  },
  {
    name: 'grep -n, with context',
    carry: numbered(
      (number) => (number % 3 ? `${number}-` : `${number}:`),
      (one) => `${syslogStamp(one)} web-1 kernel: `,
    ),
  },
  { name: 'grep -H', carry: lines((one) => `/var/log/kern.log.1:${syslogStamp(one)} web-1 kernel: ${uptime(one)} `) },
  {
    name: 'grep -Hn',
    carry: numbered(
      (number) => `/var/log/kern.log.1:${number}:`,
      (one) => `${uptime(one)} `,
    ),
  },
  {
    name: 'zgrep -H',
    carry: lines(
      (one) =>
        `/var/log/kern.log.2.gz:${isoDay(at(one))}T${clock(at(one))}.${micro(one)}+00:00 web-1 kernel: ${uptime(one)} `,
    ),
  },
  {
    name: 'cat -A',
    carry: (printed) =>
      `${lines((one) => `${uptime(one)} `)(printed)
        .replaceAll('\t', '^I')
        .replaceAll('\n', '$\n')}$`,
  },
  {
    name: 'script',
    carry: (printed) =>
      `Script started on 2026-11-24 02:00:00+00:00 [TERM="xterm"]\n\x1b]0;root@web-1: ~\x07\x1b[?2004hroot@web-1:~# dmesg\r\n\x1b[?2004l\r${lines((one) => `${uptime(one)} `)(printed).replaceAll('\n', '\r\n')}\r\nScript done`,
  },
  { name: 'ts', carry: lines((one) => `${syslogStamp(one)} ${uptime(one)} `) },
  { name: 'ts with an ISO stamp', carry: lines((one) => `${isoDay(at(one))} ${clock(at(one))} ${uptime(one)} `) },
  {
    name: "a stamp in brackets before the kernel's",
    carry: lines((one) => `[${isoDay(at(one))} ${clock(at(one))}] ${uptime(one)} `),
  },
  {
    name: 'CI, a stamp before each line',
    carry: lines((one) => `${isoDay(at(one))}T${clock(at(one))}.1234567Z ${uptime(one)} `),
  },
  {
    name: 'Ansible, a list of strings',
    carry: (printed) =>
      JSON.stringify(
        { stdout_lines: printed.flatMap((one) => one.message.split('\n').map((line) => `${uptime(one)} ${line}`)) },
        null,
        4,
      ),
  },
  {
    name: 'CSV',
    carry: (printed) =>
      printed
        .flatMap((one) =>
          one.message
            .split('\n')
            .map((line) => `"${at(one).toISOString()}","${`${uptime(one)} ${line}`.replaceAll('"', '""')}"`),
        )
        .join('\n'),
  },
  { name: 'ANSI colours in a container log', carry: lines((one) => `\x1b[36mreader |\x1b[0m ${uptime(one)} `) },
  { name: 'an uptime of nanoseconds', carry: lines((one) => `[${one.uptimeSeconds.toFixed(9)}] `) },
  { name: 'a caller of a thread', carry: lines((one) => `${uptime(one)}[ T4001] `) },
  { name: 'a caller of a CPU', carry: lines((one) => `${uptime(one)}[    C1] `) },
  { name: 'a CPU before the line, QEMU', carry: lines((one) => `${uptime(one)}    `) },
  { name: 'klogd with a pid', carry: lines((one) => `${syslogStamp(one)} web-1 kernel[0]: ${uptime(one)} `) },
  {
    name: 'a line break escaped as \\n',
    carry: each((one) => `${uptime(one)} ${one.message.replaceAll('\n', '\\n')}`),
  },
];

function numbered(number: (index: number) => string, prefix: (printed: Printed) => string): Carrier['carry'] {
  return (printed) =>
    lines(prefix)(printed)
      .split('\n')
      .map((line, index) => `${number(index + 118)}${line}`)
      .join('\n');
}

/** the length of a field in eight bytes, as the export format has it */
function size(value: string): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(Buffer.byteLength(value));
  return bytes.toString('latin1');
}

function quotedPrintable(text: string): string {
  return text
    .replaceAll('=', '=3D')
    .split('\n')
    .map((line) => line.replace(/(?!^).{70}(?=.)/g, (part) => `${part}=\n`))
    .join('\n');
}
