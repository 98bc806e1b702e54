/** One line of a log with its carrier (stamp, host name, tag, quoting) taken off. Plain JSON: snapshots store it. */
export interface LogRecord {
  /** 1-based; null for a live source that has no lines */
  line: number | null;
  /** the line as it stands in the log */
  text: string;
  /** the kernel's own words */
  message: string;
  /** ISO 8601, with an offset where the log has one; null where the line has no stamp of that kind */
  time: string | null;
  epochMs: number | null;
  uptimeSeconds: number | null;
  hostName: string | null;
  /** false for the second and later lines within one record: such a line can go on with a dump, never begin one */
  beginsRecord: boolean;
  /** The syslog tag or the journal's identifier; 'kernel' for the kernel's own; null where the carrier names none */
  identifier: string | null;
  /** Whether a stamp or a tag was taken off: a line without one among lines with may be the rest of a wrapped line */
  stamped: boolean;
  /** `T2256`, `C0`: who printed it (CONFIG_PRINTK_CALLER) */
  caller: string | null;
}

/** A line with nothing known of it but its words. */
export function bareRecord(text: string, line: number | null): LogRecord {
  return {
    line,
    text,
    message: text,
    time: null,
    epochMs: null,
    uptimeSeconds: null,
    hostName: null,
    beginsRecord: true,
    identifier: null,
    stamped: false,
    caller: null,
  };
}

/** One record for each line of a message: the kernel prints some blocks (Mem-Info) in one go, line breaks and all. */
export function splitRecord(record: LogRecord): LogRecord[] {
  if (!record.message.includes('\n')) return [record];
  return record.message
    .replace(/\n+$/, '')
    .split('\n')
    .map((message, index) => ({
      ...record,
      message,
      text: index === 0 && record.line !== null ? record.text : message,
      beginsRecord: record.beginsRecord && index === 0,
    }));
}
