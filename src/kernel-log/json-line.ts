import { bareRecord, type LogRecord } from './record.js';

const messageKeys = ['MESSAGE', 'message', 'msg', 'log', 'text'];
const timeKeys = ['time', 'timestamp', '@timestamp', 'ts'];

/** A line of `journalctl -o json`, or of a collector that wraps the kernel's line in JSON; null where it is neither. */
export function journalRecord(text: string, line: number | null): LogRecord | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  return recordOfFields(parsed as Record<string, unknown>, text, line);
}

/** The journal's fields (systemd.journal-fields(7)); `_TRANSPORT` and `_SYSTEMD_UNIT` are set by journald, never by a client. */
export function recordOfFields(fields: Record<string, unknown>, text: string, line: number | null): LogRecord | null {
  const key = messageKeys.find((name) => name in fields);
  const message = key === undefined ? null : words(fields[key]);
  if (message === null) return null;
  const record = { ...bareRecord(text, line), message: message.trimEnd(), stamped: true };
  record.hostName = string(fields._HOSTNAME) ?? string(fields.host) ?? string(fields.hostname);
  record.identifier = identify(fields);
  const realtime = Number(string(fields.__REALTIME_TIMESTAMP) ?? Number.NaN);
  const time = isoOf(Math.floor(realtime / 1000));
  if (time !== null) {
    record.epochMs = Math.floor(realtime / 1000);
    record.time = time;
  } else {
    const stamp = timeKeys.map((name) => string(fields[name])).find((value) => value !== null);
    const epochMs = stamp === undefined ? Number.NaN : Date.parse(stamp!);
    if (!Number.isNaN(epochMs)) Object.assign(record, { epochMs, time: stamp });
  }
  const monotonic = Number(string(fields._SOURCE_MONOTONIC_TIMESTAMP) ?? Number.NaN);
  if (monotonic >= 0 && monotonic <= Number.MAX_SAFE_INTEGER) record.uptimeSeconds = monotonic / 1e6;
  return record;
}

/** The kernel's own are those of transport `kernel` and facility 0: anyone may write to /dev/kmsg with another facility. */
function identify(fields: Record<string, unknown>): string | null {
  const transport = string(fields._TRANSPORT);
  const facility = string(fields.SYSLOG_FACILITY);
  if (transport === 'kernel') return facility === null || facility === '0' ? 'kernel' : 'user';
  const program = string(fields.SYSLOG_IDENTIFIER) ?? string(fields._COMM);
  if (transport !== null || program !== null) return program === null || program === 'kernel' ? 'user' : program;
  return null;
}

function isoOf(epochMs: number): string | null {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The journal gives a message that is no clean UTF-8 as an array of bytes. */
function words(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)) {
    return Buffer.from(value as number[]).toString('utf8');
  }
  return null;
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}
