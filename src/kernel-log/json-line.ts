import { bareRecord, type LogRecord } from './record.js';
import { epochStamp, isoStamp } from './stamps.js';

/** Under these keys journald, log drivers and collectors keep what was said; the first that is there is taken. */
const messageKeys = [
  'MESSAGE',
  'message',
  'msg',
  'log',
  'line',
  'textPayload',
  'SyslogMessage',
  '@message',
  '_raw',
  'original',
  'stringValue',
  'body',
  'text',
  'Line',
  'Message',
  'LogEntry',
];
const timeKeys = ['time', 'timestamp', '@timestamp', 'ts', 'TimeGenerated', 'timeUnixNano', 'date', '_time'];
const programKeys = ['syslog_identifier', 'ident', 'appname', 'ProcessName', 'program'];
const hostKeys = ['_HOSTNAME', 'host', 'hostname', 'Computer'];
const isoText = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d[.\d]{0,10}) ?(Z|[+-]\d\d:?\d\d)?$/;
/** how deep a collector may wrap an event, and how many things one line is looked through for */
const deepest = 8;
const mostValues = 200_000;

/** A line of `journalctl -o json`, or of a collector that wraps the kernel's line in JSON; null where it is neither. */
export function journalRecord(text: string, line: number | null): LogRecord | null {
  const value = parsed(text);
  return isObject(value) ? recordOfFields(value, text, line) : null;
}

/** As many records as the JSON holds: one object, a list of them, or what a query of a collector answers. */
export function recordsOfJson(text: string, line: number | null): LogRecord[] | null {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return null;
  return recordsIn(value, text, line);
}

export function recordsIn(value: object, text: string, line: number | null): LogRecord[] {
  const found: LogRecord[] = [];
  collect(value, { line, found, left: mostValues }, 0, null);
  // of one event the line is the evidence; of many, what each says
  if (found.length === 1) found[0]!.text = text;
  return found;
}

interface Collecting {
  line: number | null;
  found: LogRecord[];
  left: number;
}

/** The events in a value, from the outermost in: an event that says something is not looked into for more. */
function collect(value: unknown, to: Collecting, depth: number, around: LogRecord | null): void {
  if (typeof value !== 'object' || value === null || depth > deepest || to.left-- <= 0) return;
  if (Array.isArray(value)) {
    // Loki: ["1732413600000000000", "the line"]
    if (value.length >= 2 && value.length <= 3 && typeof value[0] === 'string' && typeof value[1] === 'string') {
      const stamp = epochStamp(value[0]);
      if (stamp) {
        to.found.push({ ...bareRecord(value[1], to.line), ...stamp, stamped: true });
        return;
      }
    }
    for (const item of value) collect(item, to, depth + 1, around);
    return;
  }
  const fields = value as Record<string, unknown>;
  const record = recordOfFields(fields, '', to.line);
  if (record) {
    for (const key of ['time', 'epochMs', 'hostName', 'identifier'] as const) {
      if (record[key] === null && around) Object.assign(record, { [key]: around[key] });
    }
    // encoded twice: a container's log driver wrapped what was JSON already
    const inner = /^\s{0,20}\{ ?"/.test(record.message) ? parsed(record.message) : null;
    if (isObject(inner) && depth < deepest) collect(inner, to, depth + 1, record);
    else to.found.push({ ...record, text: record.message });
    return;
  }
  const outer = carrying(fields, around, to.line);
  for (const item of Object.values(fields)) collect(item, to, depth + 1, outer);
}

/** What an outer object tells of the event inside: its time and its host. */
function carrying(fields: Record<string, unknown>, around: LogRecord | null, line: number | null): LogRecord {
  const own = { ...bareRecord('', line), ...timeOf(fields), hostName: firstOf(fields, hostKeys) };
  return { ...own, time: own.time ?? around?.time ?? null, epochMs: own.epochMs ?? around?.epochMs ?? null };
}

/** The journal's fields (systemd.journal-fields(7)); `_TRANSPORT` and `_SYSTEMD_UNIT` are set by journald, never by a client. */
export function recordOfFields(fields: Record<string, unknown>, text: string, line: number | null): LogRecord | null {
  const message = messageKeys.map((key) => words(fields[key])).find((value) => value !== null);
  if (message === undefined) return null;
  const record = { ...bareRecord(text, line), message: message!.trimEnd(), stamped: true };
  record.hostName = firstOf(fields, hostKeys);
  record.identifier = identify(fields);
  Object.assign(record, timeOf(fields));
  const monotonic = Number(
    string(fields._SOURCE_MONOTONIC_TIMESTAMP) ?? string(fields._SOURCE_BOOTTIME_TIMESTAMP) ?? Number.NaN,
  );
  if (monotonic >= 0 && monotonic <= Number.MAX_SAFE_INTEGER) record.uptimeSeconds = monotonic / 1e6;
  // dmesg --json: a priority with the facility in it, and the seconds since boot
  else if (typeof fields.pri === 'number' && isUptime(fields.time)) record.uptimeSeconds = fields.time;
  return record;
}

function timeOf(fields: Record<string, unknown>): Pick<LogRecord, 'time' | 'epochMs'> {
  const realtime = string(fields.__REALTIME_TIMESTAMP);
  if (realtime !== null) {
    const epochMs = Math.floor(Number(realtime) / 1000);
    const time = isoOf(epochMs);
    if (time !== null) return { epochMs, time };
  }
  for (const key of timeKeys) {
    const told = string(fields[key]);
    if (told === null) continue;
    const [, date, clock, zone] = isoText.exec(told) ?? [];
    const stamp = date === undefined ? epochStamp(told) : isoStamp(date, clock!, zone);
    if (stamp) return stamp;
  }
  return { time: null, epochMs: null };
}

/** The kernel's own are those of transport `kernel` and facility 0: anyone may write to /dev/kmsg with another facility. */
function identify(fields: Record<string, unknown>): string | null {
  const transport = string(fields._TRANSPORT);
  const facility = string(fields.SYSLOG_FACILITY);
  if (transport === 'kernel') return facility === null || facility === '0' ? 'kernel' : 'user';
  const program = string(fields.SYSLOG_IDENTIFIER) ?? string(fields._COMM);
  if (transport !== null) return program === null || program === 'kernel' ? 'user' : program;
  // where no transport is told, the name is all there is
  if (program !== null) return program;
  if (typeof fields.pri === 'number') return fields.pri >> 3 === 0 ? 'kernel' : 'user';
  const named = firstOf(fields, programKeys);
  return named === 'kernel' ? null : named;
}

function isoOf(epochMs: number): string | null {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The journal gives a message that is no clean UTF-8 as an array of bytes. */
function words(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)
  ) {
    return Buffer.from(value as number[]).toString('utf8');
  }
  return null;
}

function firstOf(fields: Record<string, unknown>, keys: string[]): string | null {
  return keys.map((key) => string(fields[key])).find((value) => value !== null) ?? null;
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Seconds that a host may have been up: what is larger was written by somebody else. */
function isUptime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e10;
}
