import { recordsOfLine } from './carrier.js';
import { createDmesgJsonReader } from './dmesg-json.js';
import { createExportReader } from './export-format.js';
import { type FoundReport, reportsFromRecords } from './find-reports.js';
import type { LogRecord } from './record.js';
import type { Source } from './report.js';

export interface LineReader {
  read(line: string, number: number): LogRecord[];
  /** Lines were passed over: a record that was begun is not gone on with. */
  passOver(): void;
}

/** Lines of text, one at a time, to records: whatever the carrier, the formats that spread a record over lines included. */
export function createLineReader(referenceMs: number): LineReader {
  const exported = createExportReader();
  const json = createDmesgJsonReader();
  return {
    read: (line, number) =>
      exported.read(line, number) ?? json(line, number) ?? recordsOfLine(line, number, { referenceMs }),
    passOver: exported.passOver,
  };
}

/** @param referenceMs the log's own end: gives stamps without a year theirs */
export function reportsFromText(text: string, source: Source, referenceMs: number = Date.now()): FoundReport[] {
  const reader = createLineReader(referenceMs);
  const records = text.split('\n').flatMap((line, index) => reader.read(line, index + 1));
  return reportsFromRecords(records, source);
}
