import { closeSync, constants, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';
import { recordsOfLine } from './carrier.js';
import { createReportFinder, type FoundReport } from './find-reports.js';
import type { OtherEnds } from './other-ends.js';
import type { Source } from './report.js';

const source: Source = { kind: 'kmsg', name: '/dev/kmsg', forgeable: false };

/**
 * The kernel's ring buffer, record by record (Documentation/ABI/testing/dev-kmsg): each read gives one, EAGAIN is the
 * end, EPIPE says that records were overwritten meanwhile. Null where it may not be read.
 */
export function readKmsg(): { source: Source; found: FoundReport[]; otherEnds: OtherEnds } | null {
  let descriptor: number;
  try {
    descriptor = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const finder = createReportFinder(source);
  const bootMs = Date.now() - uptime() * 1000;
  const buffer = Buffer.alloc(16_384);
  try {
    for (;;) {
      const length = readRecord(descriptor, buffer);
      if (length === null) break;
      if (length === 0) continue;
      // what follows the first line is the dictionary (" SUBSYSTEM=…"); line breaks of the message are escaped
      const text = buffer.toString('latin1', 0, length).split('\n', 1)[0]!;
      for (const record of recordsOfLine(text, null, { referenceMs: bootMs })) {
        const epochMs = record.uptimeSeconds === null ? null : Math.round(bootMs + record.uptimeSeconds * 1000);
        const time = epochMs === null ? null : new Date(epochMs).toISOString();
        finder.push({ ...record, text: record.message, epochMs, time });
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return { source, found: finder.end(), otherEnds: finder.otherEnds() };
}

/** @returns the record's length; 0 to go on, null at the end */
function readRecord(descriptor: number, buffer: Buffer): number | null {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null) || null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EPIPE' || code === 'EINVAL' ? 0 : null;
  }
}
