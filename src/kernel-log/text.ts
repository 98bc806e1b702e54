import { insideOf, recordsOfLine } from './carrier.js';
import { createExportReader } from './export-format.js';
import { type FoundReport, reportsFromRecords } from './find-reports.js';
import { createPrettyJsonReader } from './pretty-json.js';
import { createQuotedPrintableReader } from './quoted-printable.js';
import { type LogRecord, splitRecord } from './record.js';
import type { Source } from './report.js';
import { createVerboseReader } from './verbose-format.js';

export interface LineReader {
  read(line: string, number: number): LogRecord[];
  /** Lines were passed over: a record that was begun is not gone on with. */
  passOver(): void;
  /** what the last lines left open */
  end(): LogRecord[];
}

/** Lines of text, one at a time, to records: whatever the carrier, the formats that spread a record over lines included. */
export function createLineReader(referenceMs: number): LineReader {
  const options = { referenceMs };
  const mail = createQuotedPrintableReader();
  const exported = createExportReader();
  const verbose = createVerboseReader();
  const json = createPrettyJsonReader();
  const ofLine = (line: string, number: number): LogRecord[] => {
    const entry = exported.read(line, number) ?? verbose.read(line, number);
    if (entry) return entry;
    const found = json.read(line, number);
    if (found) return found.flatMap((record) => splitRecord(insideOf(record, options)));
    return recordsOfLine(line, number, options);
  };
  let last = 0;
  return {
    read(line, number) {
      last = number;
      const whole = mail.read(line);
      return whole.length === 1 ? ofLine(whole[0]!, number) : [];
    },
    passOver() {
      for (const format of [mail, exported, verbose, json]) format.passOver();
    },
    end: () => [...mail.end().flatMap((line) => ofLine(line, last)), ...verbose.end()],
  };
}

/** @param referenceMs the log's own end: gives stamps without a year theirs */
export function reportsFromText(text: string, source: Source, referenceMs: number = Date.now()): FoundReport[] {
  const reader = createLineReader(referenceMs);
  const records = text.split('\n').flatMap((line, index) => reader.read(line, index + 1));
  return reportsFromRecords([...records, ...reader.end()], source);
}
