import type { Random } from './random.js';

/** What a collector, a journal or a terminal makes of the kernel's lines. */
export function carry(lines: string[], random: Random): string {
  const seconds = random.nat(1e6);
  const start = Date.UTC(2026, 10, 1) + random.nat(20 * 86_400) * 1000;
  const at = (index: number) => new Date(start + index * random.nat(3));
  const uptime = (index: number) => (seconds + index * 0.000_01).toFixed(6).padStart(12);
  const carrier = random.pick(carriers);
  return carrier({ lines, uptime, at, random });
}

interface Carried {
  lines: string[];
  uptime(index: number): string;
  at(index: number): Date;
  random: Random;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = (date: Date) => date.toISOString().slice(11, 19);
const day = (date: Date) => String(date.getUTCDate()).padStart(2);
const syslog = (date: Date) => `${months[date.getUTCMonth()]} ${day(date)} ${clock(date)}`;
const lineBy =
  (stamp: (index: number, carried: Carried) => string) =>
  (carried: Carried): string =>
    carried.lines.map((line, index) => `${stamp(index, carried)}${line}`).join('\n');

const carriers: ((carried: Carried) => string)[] = [
  lineBy(() => ''),
  lineBy((index, { uptime }) => `[${uptime(index)}] `),
  lineBy((index, { uptime }) => `<4>[${uptime(index)}] `),
  lineBy((index, { uptime }) => `[${uptime(index)}][ T2256] `),
  lineBy((index, { at }) => `[Tue ${months[at(index).getUTCMonth()]} ${day(at(index))} ${clock(at(index))} 2026] `),
  lineBy((index, { at }) => `${syslog(at(index))} web-1 kernel: `),
  lineBy((index, { at, uptime }) => `${syslog(at(index))} web-1 kernel: [${uptime(index)}] `),
  lineBy((index, { at }) => `${at(index).toISOString()} web-1 kernel: `),
  lineBy((index, { at }) => `<4>1 ${at(index).toISOString()} web-1 kernel - - - `),
  lineBy((index, { uptime }) => `4,${index},${Math.round(Number(uptime(index)) * 1e6)},-;`),
  lineBy((index, { at }) => `> ${syslog(at(index))} web-1 kernel: `),
  lineBy((_, { random }) => `${random.pick(['', 'kern.log:12:'])}[    1.000000] `),
  ({ lines, at }) => `${syslog(at(0))} web-1 kernel: ${lines.join('#012')}`,
  ({ lines, at }) =>
    lines
      .map((line, index) =>
        JSON.stringify({
          _TRANSPORT: 'kernel',
          SYSLOG_FACILITY: '0',
          _HOSTNAME: 'web-1',
          __REALTIME_TIMESTAMP: String(at(index).getTime() * 1000),
          _SOURCE_MONOTONIC_TIMESTAMP: String(index * 1000),
          MESSAGE: index % 7 === 3 ? [...Buffer.from(line)] : line,
        }),
      )
      .join('\n'),
  ({ lines, at }) =>
    lines.map((line, index) => JSON.stringify({ log: `${line}\n`, time: at(index).toISOString() })).join('\n'),
  ({ lines, at }) =>
    lines
      .map(
        (line, index) =>
          `__CURSOR=${index}\n__REALTIME_TIMESTAMP=${at(index).getTime() * 1000}\n_TRANSPORT=kernel\nMESSAGE=${line}\n`,
      )
      .join('\n'),
  ({ lines, uptime }) =>
    `   "dmesg": [\n${lines.map((line, index) => `      {\n         "pri": 4,\n         "time": ${uptime(index)},\n         "msg": ${JSON.stringify(line)}\n      }`).join(',\n')}\n   ]\n`,
  // a message of several lines, as dmesg prints it
  ({ lines, uptime }) =>
    lines.map((line, index) => (index % 5 === 4 ? `               ${line}` : `[${uptime(index)}] ${line}`)).join('\n'),
  // wrapped by a mail
  ({ lines, uptime }) =>
    lines.map((line, index) => `[${uptime(index)}] ${line}`.replace(/(.{72})/g, '$1\n')).join('\n'),
  ({ lines, at }) =>
    lines
      .map(
        (line, index) =>
          `${syslog(at(index))} web-1 ${line.startsWith('Killed /') ? 'systemd-oomd' : 'earlyoom'}[9]: ${line}`,
      )
      .join('\r\n'),
];
