import { recordsOfJson } from './json-line.js';
import { bareRecord, type LogRecord, splitRecord } from './record.js';
import { calendarStamp, epochStamp, isoStamp, type Stamp } from './stamps.js';
import { cleaned, takeWrappers, withoutEnd } from './wrappers.js';

/** No line of the kernel is longer than a page or two; what is longer is somebody else's, and is cut. */
const longestLine = 65_536;
/** but a document of JSON on one line may hold a whole log */
const longestDocument = 1 << 20;

const clock = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`;
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const zone = String.raw`Z|[+-]\d{2}:?\d{2}`;

const priority = /^<(\d{1,3})>/;
const protocolVersion = /^1 (?=[\d-])/;
// before it netconsole puts the kernel's release (extended format with a release)
const kmsg = /^(?:\d\.\d{1,3}[^\s,;]{0,80},)?(\d{1,5}),(\d{1,20}),(\d{1,16}),[-c+](?:,[^;]{0,80})?;/;
const iso = new RegExp(`^\\[?(\\d{4}-\\d{2}-\\d{2})[T ](${clock})\\s?(${zone})?\\]?:?\\s?`);
// journalctl -o short-full: the day's name may be in any language, the zone is a name or figures
const isoWithDay = new RegExp(`^[^\\s\\d]\\S{0,15} (\\d{4}-\\d{2}-\\d{2}) (${clock}) ([A-Z]{2,5}|[+-]\\d{2,4})\\s`);
const dmesgCalendar = new RegExp(
  `^\\[?(${day}) (${month}) ([ \\d]\\d) (${clock}) (?:[A-Z]{2,5} )?(\\d{4})(?: <[ \\d.]{1,20}>)?\\]? ?`,
);
const foreignCalendar = new RegExp(
  `^\\[([^\\s\\d\\]]\\S{0,15}) (\\S{1,15}) ([ \\d]\\d) (${clock}) (?:[A-Z]{2,5} )?(\\d{4})(?: <[ \\d.]{1,20}>)?\\] ?`,
);
const syslogCalendar = new RegExp(`^(${month}) ([ \\d]\\d) (?:(\\d{4}) )?(${clock}) `);
// journalctl -o short in other languages: only where the tag says that it is the kernel's
const foreignSyslog = new RegExp(
  `^([^\\s\\d]\\S{1,15}|\\d{1,2}[月월]) ([ \\d]?\\d) (${clock}) (?=\\S{1,255} kernel: )`,
);
const reltime = new RegExp(`^\\[(${month}) ?([ \\d]\\d) (\\d{2}:\\d{2})\\] `);
const unixSeconds = /^(\d{9,10}\.\d{6}) (?=\S{1,255} \S{1,255}: )/;
const delta = /^\[ *(?:\+\d{1,9}\.\d{6}|< *\d{1,9}\.\d{6} *>)\] ?/;
// the first bracket may be lost in copying; behind the number may stand the time since the line before, or a vendor's words
const uptime =
  /^(?:\[ *|(?=\s{0,10}\d{1,10}\.\d{3}))\s{0,10}(\d{1,10}\.\d{1,9})(?: <[ \d.]{1,20}>|, ?pid:\d{1,7},cpu\d{1,3},[^\]]{0,32})?\](?: ?\[ *([TC]\d{1,10})\])? ?/;
const caller = /^\[ *([TC]\d{1,10})\] ?/;
// what phones print behind the stamp: CPU, process and its id
const phone =
  /^(?: ?\[\d{1,2}: {0,16}[^\]:]{1,16}: {0,8}\d{1,7}\] ?|[ .-]?\(\d{1,2}\)\[\d{1,7}:[^\]]{1,24}\] ?|c\d{1,2} {1,8}\d{1,7}(?: \([^)]{1,16}\))? )/;
const facilities = 'kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\\d';
const facilityWord = new RegExp(`^(${facilities})(?:\\.(\\w{1,8})|\\s{0,8}:\\s{0,4}(\\w{1,8})\\s{0,4}:)\\s`);
const hostAndFacility = new RegExp(`^(\\S{1,255}) (${facilities})\\.\\w{1,8} (?=\\S{1,80}: )`);
const ownTag = /^(?:kernel|KERNEL)(?:\[[^\]]{1,20}\])?:\s?/;
const hostAndTag = /^(\S{1,255}) ([\w.@/()-]{1,80}?)(?:\[([^\]\s]{1,20})\])?:(?! page allocation)(?:\s|$)/;
// words that begin the kernel's own lines are no program's name
const tagOnly =
  /^(?!(?:CPU|memory|swap|kmem|DMA|DMA32|Normal|HighMem|Movable|Device|sysrq|oom-kill|oom_reaper|Mem-Info|active_anon|SLUB):)([\w.@/()-]{1,80}?)(?:\[(\d{1,10})\])?:(?! page allocation)\s/;
/** journalctl -o short-monotonic and short-delta name host and program behind the kernel's own kind of stamp. */
const monotonicTag =
  /^(\S{1,255}) (kernel|systemd(?:-oomd)?|earlyoom|nohang|oomd|lmkd|dockerd|containerd|kubelet)(?:\[\d{1,10}\])?: /;
// RFC 5424 after its stamp: host, program, process, message id, structured data, in which a backslash escapes
const rfc5424 =
  /^(\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|(?:\[(?:[^\]\\]|\\.){0,1000}\]){1,16})(?: \uFEFF?|$)/;
// in a file, without its priority and version
const bare5424 = /^\S{1,255} [^\s:]{1,48} (?:-|\d{1,10}) \S{1,32} [-[]/;
const containerStream = /^(?:stdout|stderr) [FP] ?/;
const labels = /^\{[^{}]{1,1000}\}\s/;
const logcat =
  /^(?:(?:\d{4}-)?(\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) (?: *[\w-]{1,16})? {0,8}\d{1,7} {1,8}\d{1,7} [VDIWEFA] ([^:]{1,40}?) *: |(?:(\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) )?[VDIWEFA]\/([^(:]{1,40}?) *(?:\( *\d{1,7}\))?: )/;
/** Another stamp, so that what was read before it was a forwarder's own. */
const stampNext = new RegExp(
  `^(?:${month} [ \\d]\\d \\d\\d:|\\[?\\d{4}-\\d\\d-\\d\\d[T ]|\\[ {0,10}\\d{1,10}\\.\\d{3,9}\\]|<\\d{1,3}>|${day} )`,
);
const senderThenStamp = new RegExp(`^(\\S{1,255}) (?=(?:${month} [ \\d]\\d|\\d{4}-\\d\\d-\\d\\dT)[ \\d]?\\d)`);
const taggedJson = /^[\w.*-]{1,100}(?:\t|: | )(?=\{")/;

/**
 * Most lines of a kernel log: syslog's stamp, host and `kernel:`, the kernel's own stamp, one of them or both, and then
 * words that are no other carrier's. What is read of them is what the layers below would read, at a fifth of the time.
 */
const usual = new RegExp(
  `^(?:(${month}) ([ \\d]\\d) (\\d\\d:\\d\\d:\\d\\d) (?!(?:${facilities})\\b)([A-Za-z][\\w-]{0,62}(?:\\.[\\w-]{1,62}){0,6}) kernel: )?(?:\\[ {0,7}(\\d{1,8}\\.\\d{6})\\] )?(?=[A-Za-z]|\\[ {0,8}(?:pid {0,4}|\\d{1,10})\\])(?!c\\d|page allocation|\\S{1,255} (?:kernel|systemd|earlyoom|nohang|oomd|lmkd|dockerd|containerd|kubelet)\\b)`,
);

export interface CarrierOptions {
  /** the log's own end: the year of a stamp without one is worked out from it */
  referenceMs: number;
}

/** Takes whatever carried a line off it. One line may be several records (`#012`, JSON with line breaks). */
export function recordsOfLine(raw: string, line: number | null, options: CarrierOptions): LogRecord[] {
  const isJson = beginsJson.test(raw);
  if (isJson) {
    const records = ofJson(raw.slice(0, longestDocument), line, options);
    if (records) return records;
  }
  const text = cleaned(raw.length > longestLine ? raw.slice(0, longestLine) : raw);
  const record = { ...bareRecord(text, line), ...peel(text, options) };
  if (record.identifier === null && record.message.startsWith('{"')) {
    const inside = ofJson(record.message, line, options, record);
    if (inside) return inside;
  }
  if (record.message.includes('#01')) {
    record.message = record.message.replaceAll('#012', '\n').replaceAll('#011', '\t');
  }
  // a line break that was escaped on the way, as those of one message are
  if (record.message.includes('\\n')) record.message = record.message.replace(/\\n$/, '').replaceAll('\\n ', '\n ');
  return splitRecord(record);
}

// also a sequence's record separator (RFC 7464) and a stream of server-sent events
const beginsJson = /^(?:[\s\x1e\uFEFF]{0,200}|data: {1,4})(?:\{ ?"|\[ ?\{ ?")/;

function ofJson(
  text: string,
  line: number | null,
  options: CarrierOptions,
  outer: LogRecord | null = null,
): LogRecord[] | null {
  const found = recordsOfJson(text.slice(text.search(/[[{]/)), line);
  if (found === null) return null;
  return found.flatMap((record) => splitRecord(insideOf(record, options, outer)));
}

/** A kernel's line that travelled inside JSON (a container's log driver, a collector) with its own carrier still on. */
export function insideOf(record: LogRecord, options: CarrierOptions, outer: LogRecord | null = null): LogRecord {
  const known = outer ?? record;
  if (record.identifier !== null) return record;
  // a message of several lines goes on with them, as the kernel printed it
  const end = record.message.indexOf('\n');
  const peeled = peel(end < 0 ? record.message : record.message.slice(0, end), options);
  return {
    ...record,
    message: end < 0 ? peeled.message : `${peeled.message}${record.message.slice(end)}`,
    identifier: peeled.identifier,
    caller: peeled.caller,
    uptimeSeconds: peeled.uptimeSeconds ?? record.uptimeSeconds ?? known.uptimeSeconds,
    time: peeled.time ?? record.time ?? known.time,
    epochMs: peeled.epochMs ?? record.epochMs ?? known.epochMs,
    hostName: peeled.hostName ?? record.hostName ?? known.hostName,
  };
}

type Peeled = Pick<
  LogRecord,
  'message' | 'time' | 'epochMs' | 'uptimeSeconds' | 'hostName' | 'identifier' | 'stamped' | 'caller'
>;

type Take = (pattern: RegExp) => RegExpExecArray | null;

/** A forwarder, its host, the sender and the container each put a stamp before a line: no more than these. */
const mostStamps = 4;

function peelUsual(text: string, referenceMs: number): Peeled | null {
  const match = usual.exec(text);
  if (!match || match[0] === '') return null;
  const [prefix, month, day, clock, hostName, seconds] = match;
  const stamp = month === undefined ? null : calendarStamp({ month, day: day! }, clock!, referenceMs);
  return {
    message: withoutEnd(text.slice(prefix.length)).trim(),
    time: stamp?.time ?? null,
    epochMs: stamp?.epochMs ?? null,
    uptimeSeconds: seconds === undefined ? null : Number(seconds),
    hostName: hostName ?? null,
    identifier: month === undefined ? null : 'kernel',
    stamped: true,
    caller: null,
  };
}

function peel(text: string, { referenceMs }: CarrierOptions): Peeled {
  const quick = peelUsual(text, referenceMs);
  if (quick) return quick;
  let rest = takeWrappers(text);
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
  const take: Take = (pattern) => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match;
  };
  const foreign = (facility: number) => {
    if (facility !== 0) found.identifier = 'user';
  };
  // every pattern of its own would cost each line of a long table: most begin with what rules the others out
  const first = () => rest.charCodeAt(0);

  for (let round = 0; round < mostStamps; round++) {
    const before = rest.length;
    const level = first() === 0x3c ? take(priority) : null;
    if (level) {
      foreign(Number(level[1]) >> 3);
      found.stamped = true;
    }
    const structured = first() === 0x31 && take(protocolVersion) !== null;
    const isFigure = first() >= 0x30 && first() <= 0x39;
    if (!isFigure && first() !== 0x5b) {
      const word = take(facilityWord);
      if (word) foreign(word[1] === 'kern' ? 0 : 1);
    }
    if (isFigure) {
      const record = take(kmsg);
      if (record) {
        foreign(Number(record[1]) >> 3);
        found.uptimeSeconds = Number(record[3]) / 1e6;
        found.stamped = true;
        found.caller = /caller=([TC]\d{1,10})/.exec(record[0])?.[1] ?? null;
        found.message = unescapeKmsg(rest).trimEnd();
        return found;
      }
    }
    const android = isFigure || rest.charCodeAt(1) === 0x2f ? take(logcat) : null;
    if (android) {
      found.stamped = true;
      found.identifier ??= (android[3] ?? android[6])!;
      const [month, day] = (android[1] ?? android[4])?.split('-') ?? [];
      if (month !== undefined && day !== undefined) {
        stampInto(found, calendarStamp({ month, day }, (android[2] ?? android[5])!, referenceMs));
      }
      break;
    }
    const wall = wallClock(take, rest, referenceMs);
    if (wall) {
      stampInto(found, wall.stamp);
      if (wall.syslog) tags(take, found, { structured, rest: () => rest });
      if (found.identifier === null && stampNext.test(rest)) continue;
    } else if (found.identifier === null && !found.stamped) {
      if (take(ownTag)) Object.assign(found, { identifier: 'kernel', stamped: true });
      else {
        const match = rest.includes('kernel: [') ? take(/^(\S{1,255}) kernel:\s/) : null;
        if (match) Object.assign(found, { identifier: 'kernel', stamped: true, hostName: match[1] });
      }
    }
    if (found.identifier === null && take(containerStream)) continue;
    if (found.identifier !== null || rest.length === before || !stampNext.test(rest)) break;
  }

  if (found.identifier === null || found.identifier === 'kernel') kernelStamps(take, found);
  // what stands without a carrier may be another program's own line ("earlyoom: sending SIGTERM")
  if (!found.stamped && found.identifier === null) {
    const program = /^(earlyoom|systemd-oomd|nohang|oomd|lmkd|lowmemorykiller)(?:\[\d{1,10}\])?: /.exec(rest);
    if (program && program[1] !== 'lowmemorykiller') {
      found.identifier = program[1]!;
      rest = rest.slice(program[0].length);
    }
  }
  if (found.identifier === null) take(taggedJson);
  found.message = withoutEnd(rest).trim();
  return found;
}

function stampInto(found: Peeled, value: Stamp | null): void {
  found.stamped = true;
  if (value === null) return;
  // the sender's own stamp stands behind the forwarder's
  found.time = value.time;
  found.epochMs = value.epochMs;
}

/** `[   12.345678]`, and what may stand around it; twice where a console was logged with a clock of its own. */
function kernelStamps(take: Take, found: Peeled): void {
  for (let round = 0; round < 2; round++) {
    const seconds = take(uptime);
    if (seconds) {
      found.uptimeSeconds = Number(seconds[1]);
      found.caller = seconds[2] ?? null;
      found.stamped = true;
      take(phone);
      if (take(priority)) found.stamped = true;
    } else if (take(delta)) found.stamped = true;
    else break;
    const by = take(caller);
    if (by) found.caller = by[1]!;
    const tag = found.identifier === null ? take(monotonicTag) : null;
    if (tag) Object.assign(found, { hostName: tag[1]!, identifier: tag[2]! });
  }
  const by = take(caller);
  if (by) found.caller = by[1]!;
}

function wallClock(take: Take, rest: string, referenceMs: number): { stamp: Stamp | null; syslog: boolean } | null {
  const first = rest.charCodeAt(0);
  const isBracket = first === 0x5b;
  // "[   12.345678]" is no clock's, and is on most lines
  if (isBracket && rest.charCodeAt(1) === 0x20) return null;
  const isFigure = first >= 0x30 && first <= 0x39;
  if (isFigure || isBracket) {
    const told = take(iso);
    if (told) {
      // dmesg --time-format iso prints a comma, and neither host nor program
      const bare = isBracket || told[2]!.includes(',');
      return { stamp: isoStamp(told[1]!, told[2]!, told[3]), syslog: !bare };
    }
  }
  if (isFigure) {
    const unix = take(unixSeconds);
    if (unix) return { stamp: epochStamp(unix[1]!), syslog: true };
  } else {
    const syslog = isBracket ? null : take(syslogCalendar);
    if (syslog) {
      const date = { month: syslog[1]!, day: syslog[2]!, year: syslog[3] };
      return { stamp: calendarStamp(date, syslog[4]!, referenceMs), syslog: true };
    }
    const dmesg = take(dmesgCalendar) ?? (isBracket ? take(foreignCalendar) : null);
    if (dmesg) {
      const date = { weekday: dmesg[1]!, month: dmesg[2]!, day: dmesg[3]!, year: dmesg[5]! };
      return { stamp: calendarStamp(date, dmesg[4]!, referenceMs), syslog: !isBracket };
    }
    if (isBracket) {
      const relative = take(reltime);
      if (!relative) return null;
      const date = { month: relative[1]!, day: relative[2]! };
      return { stamp: calendarStamp(date, `${relative[3]!}:00`, referenceMs), syslog: false };
    }
    const full = take(isoWithDay);
    if (full) return { stamp: isoStamp(full[1]!, full[2]!, full[3]), syslog: true };
  }
  const foreign = take(foreignSyslog);
  if (!foreign) return null;
  return { stamp: calendarStamp({ month: foreign[1]!, day: foreign[2]! }, foreign[3]!, referenceMs), syslog: true };
}

/** What stands between a syslog stamp and the message: host and program. Only the program `kernel` speaks for the kernel. */
function tags(take: Take, found: Peeled, { structured, rest }: { structured: boolean; rest: () => string }): void {
  if (take(containerStream) || take(labels) || stampNext.test(rest()) || taggedJson.test(rest())) return;
  const word = take(facilityWord);
  if (word && word[1] !== 'kern') found.identifier = 'user';
  if (take(ownTag)) {
    found.identifier ??= 'kernel';
    return;
  }
  if (structured || bare5424.test(rest())) {
    const fields = take(rfc5424);
    if (fields) {
      found.hostName = fields[1] === '-' ? null : fields[1]!;
      found.identifier ??= fields[2] === '-' ? null : fields[2]!;
      return;
    }
  }
  const sender = take(senderThenStamp);
  if (sender) {
    found.hostName = sender[1]!;
    return;
  }
  const facility = take(hostAndFacility);
  if (facility) {
    found.hostName = facility[1]!;
    if (facility[2] !== 'kern') found.identifier = 'user';
    if (take(ownTag)) found.identifier ??= 'kernel';
    else {
      const program = take(tagOnly);
      if (program) found.identifier ??= program[1]!;
    }
    return;
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
