import { journalRecord } from './json-line.js';
import { bareRecord, type LogRecord, splitRecord } from './record.js';
import { calendarStamp, isoStamp, type Stamp } from './stamps.js';

/** No line of the kernel is longer than a page or two; what is longer is somebody else's, and is cut. */
const longestLine = 65_536;

const clock = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`;
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

const quoting = /^(?:[>|\s\uFEFF]|\x1b\[[\d;]{0,12}m){1,200}/;
const forumTag = /^\[(?:FONT|CODE|QUOTE|B|I|SIZE|COLOR)(?:="?[^\]"]{0,40}"?)?\]/i;
// "kern.log:12:" before a stamp, as grep prints it, or a bare line number
const stampAhead = String.raw`(?=\[ {0,10}\+?\d{1,10}\.\d|\[?[A-Z][a-z]{2} [A-Z\d ]|<\d|\d{4}-\d\d-\d\d[T ])`;
const grepPrefix = new RegExp(`^(?:(?:[\\w./@-]{1,120}[:-])?\\d{1,9}[:\\s-]\\s{0,8}|[\\w./@-]{1,120}:)${stampAhead}`);
const priority = /^<(\d{1,3})>(?:\d{1,2} (?=[\d-]))?/;
const kmsg = /^(\d{1,5}),(\d{1,20}),(\d{1,16}),[-c+](?:,[^;]{0,80})?;/;
const iso = new RegExp(`^\\[?(\\d{4}-\\d{2}-\\d{2})[T ](${clock})\\s?(Z|[+-]\\d{2}:?\\d{2})?\\]?:?\\s?`);
const dmesgCalendar = new RegExp(`^\\[?${day} (${month}) ([ \\d]\\d) (${clock}) (\\d{4})\\]? ?`);
const syslogCalendar = new RegExp(`^(${month}) ([ \\d]\\d) (?:(\\d{4}) )?(${clock}) `);
const reltime = new RegExp(`^\\[(${month}) ?([ \\d]\\d) (\\d{2}:\\d{2})\\] `);
const delta = /^\[ *\+\d{1,9}\.\d{6}\] ?/;
// the first bracket may be lost in copying
const uptime = /^\[? *(\d{1,10}\.\d{3,9})\](?: ?\[ *([TC]\d{1,10})\])? ?/;
const caller = /^\[ *([TC]\d{1,10})\] ?/;
const facilityWord =
  /^(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d)(?:\.(\w{1,8})|\s{0,8}:(\w{1,8})\s{0,4}:)\s/;
const ownTag = /^(?:kernel|KERNEL)(?:\[\d{1,10}\])?:\s?/;
const hostAndTag = /^(\S{1,255}) ([\w.@/()-]{1,80}?)(?:\[(\d{1,10})\])?:(?! page allocation)(?:\s|$)/;
// words that begin the kernel's own lines are no program's name
const tagOnly =
  /^(?!(?:CPU|memory|swap|kmem|DMA|DMA32|Normal|HighMem|Movable|Device|sysrq):)([\w.@/()-]{1,80}?)(?:\[(\d{1,10})\])?:(?! page allocation)\s/;
// RFC 5424 after its stamp: host, program, process, message id, structured data
const rfc5424 = /^(\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|\[[^\]]{0,1000}\])(?: \uFEFF?|$)/;

export interface CarrierOptions {
  /** the log's own end: the year of a stamp without one is worked out from it */
  referenceMs: number;
}

/** Takes whatever carried a line off it. One line may be several records (`#012`, JSON with line breaks). */
export function recordsOfLine(raw: string, line: number | null, options: CarrierOptions): LogRecord[] {
  const text = (raw.length > longestLine ? raw.slice(0, longestLine) : raw).replace(/\r$/, '');
  if (/^\s{0,20}\{"/.test(text)) {
    const record = journalRecord(text.trim(), line);
    if (record) return splitRecord(record.identifier === null ? { ...record, ...inner(record, options) } : record);
  }
  const record = { ...bareRecord(text, line), ...peel(text, options) };
  if (record.message.includes('#012')) record.message = record.message.replaceAll('#012', '\n');
  return splitRecord(record);
}

/** A kernel's line that travelled inside JSON (a container's log driver, a collector) with its own carrier still on. */
function inner(record: LogRecord, options: CarrierOptions): Partial<LogRecord> {
  const peeled = peel(record.message, options);
  return {
    message: peeled.message,
    identifier: peeled.identifier,
    caller: peeled.caller,
    uptimeSeconds: peeled.uptimeSeconds ?? record.uptimeSeconds,
    time: peeled.time ?? record.time,
    epochMs: peeled.epochMs ?? record.epochMs,
    hostName: peeled.hostName ?? record.hostName,
  };
}

type Peeled = Pick<
  LogRecord,
  'message' | 'time' | 'epochMs' | 'uptimeSeconds' | 'hostName' | 'identifier' | 'stamped' | 'caller'
>;

function peel(text: string, { referenceMs }: CarrierOptions): Peeled {
  let rest = text;
  const found: Peeled = {
    message: '',
    time: null,
    epochMs: null,
    uptimeSeconds: null,
    hostName: null,
    identifier: null,
    stamped: false,
    caller: null,
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match;
  };
  const stamp = (value: Stamp | null) => {
    if (value === null) return;
    found.time ??= value.time;
    found.epochMs ??= value.epochMs;
    found.stamped = true;
  };
  const foreign = (facility: number) => {
    if (facility !== 0) found.identifier = 'user';
  };

  take(quoting);
  if (take(/^: (?=\[)/)) take(quoting);
  if (take(forumTag)) take(quoting);
  take(grepPrefix);
  const structured = take(priority);
  if (structured) {
    foreign(Number(structured[1]) >> 3);
    found.stamped = true;
  }
  const word = take(facilityWord);
  if (word) foreign(word[1] === 'kern' ? 0 : 1);

  const record = take(kmsg);
  if (record) {
    foreign(Number(record[1]) >> 3);
    found.uptimeSeconds = Number(record[3]) / 1e6;
    found.stamped = true;
    found.caller = /caller=([TC]\d{1,10})/.exec(record[0])?.[1] ?? null;
    found.message = unescapeKmsg(rest).trimEnd();
    return found;
  }

  const wall = wallClock(take, referenceMs);
  if (wall) {
    stamp(wall.stamp);
    if (wall.syslog) tags(take, found, structured !== null);
  } else if (take(ownTag)) {
    found.identifier = 'kernel';
    found.stamped = true;
  } else if (rest.includes('kernel: [')) {
    const match = take(/^(\S{1,255}) kernel:\s/);
    if (match) Object.assign(found, { identifier: 'kernel', stamped: true, hostName: match[1] });
  }
  if (found.identifier === null || found.identifier === 'kernel') {
    const seconds = take(uptime);
    if (seconds) {
      found.uptimeSeconds = Number(seconds[1]);
      found.caller = seconds[2] ?? null;
      found.stamped = true;
    } else if (take(delta)) found.stamped = true;
    const by = take(caller);
    if (by) found.caller = by[1]!;
  }
  // what stands without a carrier may be another program's own line ("earlyoom: sending SIGTERM")
  if (!found.stamped && found.identifier === null) {
    const program = /^(earlyoom|systemd-oomd)(?:\[\d{1,10}\])?: /.exec(rest);
    if (program) {
      found.identifier = program[1]!;
      rest = rest.slice(program[0].length);
    }
  }
  found.message = rest.replace(/\[\/[A-Z]{1,8}\]\s{0,8}$/, '').trim();
  return found;
}

function wallClock(
  take: (pattern: RegExp) => RegExpExecArray | null,
  referenceMs: number,
): { stamp: Stamp | null; syslog: boolean } | null {
  const isoMatch = take(iso);
  if (isoMatch) {
    // dmesg --time-format iso prints a comma, and neither host nor program
    const bare = isoMatch[0].startsWith('[') || isoMatch[2]!.includes(',');
    return { stamp: isoStamp(isoMatch[1]!, isoMatch[2]!, isoMatch[3]), syslog: !bare };
  }
  const dmesg = take(dmesgCalendar);
  if (dmesg) {
    return {
      stamp: calendarStamp(dmesg[1]!, dmesg[2]!, dmesg[3]!, dmesg[4], referenceMs),
      syslog: !dmesg[0].startsWith('['),
    };
  }
  const syslog = take(syslogCalendar);
  if (syslog) return { stamp: calendarStamp(syslog[1]!, syslog[2]!, syslog[4]!, syslog[3], referenceMs), syslog: true };
  const relative = take(reltime);
  if (relative) {
    return {
      stamp: calendarStamp(relative[1]!, relative[2]!, `${relative[3]!}:00`, undefined, referenceMs),
      syslog: false,
    };
  }
  return null;
}

/** What stands between a syslog stamp and the message: host and program. Only the program `kernel` speaks for the kernel. */
function tags(take: (pattern: RegExp) => RegExpExecArray | null, found: Peeled, structured: boolean): void {
  const word = take(facilityWord);
  if (word && word[1] !== 'kern') found.identifier = 'user';
  if (take(ownTag)) {
    found.identifier ??= 'kernel';
    return;
  }
  if (structured) {
    const fields = take(rfc5424);
    if (fields) {
      found.hostName = fields[1] === '-' ? null : fields[1]!;
      found.identifier ??= fields[2] === '-' ? null : fields[2]!;
      return;
    }
  }
  const both = take(hostAndTag);
  if (both) {
    found.hostName = both[1]!;
    found.identifier ??= both[2]!;
    return;
  }
  const tag = take(tagOnly);
  if (tag) found.identifier ??= tag[1]!;
}

/** /dev/kmsg prints what is not printable, and the backslash, as \xNN (kernel/printk/printk.c msg_add_ext_text). */
export function unescapeKmsg(text: string): string {
  if (!text.includes('\\x')) return text;
  return text.replace(/(?:\\x[0-9a-f]{2})+/g, (run) => Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8'));
}
