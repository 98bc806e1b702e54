import { recordsOfLine } from './carrier.js';
import { createReportFinder, type FinderOptions, type FoundReport } from './find-reports.js';
import type { OtherEnds } from './other-ends.js';
import type { Source } from './report.js';
import { createScanner, type Scanner } from './scan/scanner.js';
import { createLineReader } from './text.js';
import { isHeader, isOfReport, worthOf } from './worth-reading.js';

const newline = 0x0a;
export interface ReadOptions extends Partial<FinderOptions> {
  sizes?: Sizes;
}

export interface Sizes {
  /** an input that is no longer is read line by line, whatever it holds */
  wholeBytes: number;
  blockBytes: number;
  /** of what was passed over, this much is kept: a report of which the beginning was lost may have begun there */
  keptBytes: number;
  /** no less than is read of a line (carrier.ts), in bytes */
  longestLineBytes: number;
}

const usual: Sizes = {
  wholeBytes: 1 << 18,
  blockBytes: 1 << 20,
  keptBytes: 1 << 16,
  longestLineBytes: 1 << 18,
};
/** a field of an entry of the journal's export, verbose and pretty formats */
const entryField = /^(?:[A-Z_][A-Z0-9_]{0,63}=| {4}[A-Z_][A-Z0-9_]{0,63}=|\s{1,80}"[\w@]{1,64}"\s{0,4}:)/;
/** lines that are read behind a needle: as many as are looked ahead to tell how the lines were wrapped, and some */
const linesBehind = 80;
/** lines that are read before a report that begins with its first line, and before one that does not */
const linesBefore = 8;
const linesBeforeCut = 128;

export interface LogFound {
  found: FoundReport[];
  otherEnds: OtherEnds;
  lines: number;
}

export interface LogReader {
  /** where the next bytes of the log are put; never empty */
  room(): Buffer;
  /** @param length how many were put there */
  took(length: number): void;
  /** @returns what was found, and how many lines were read */
  end(): LogFound;
}

/**
 * Reads a log of any size in a room of one size: what holds no needle is passed over without being decoded, and of the
 * rest the lines of reports alone are kept.
 */
export function createLogReader(
  source: Source,
  referenceMs: number,
  { records = true, sizes = usual }: ReadOptions = {},
): LogReader {
  const { wholeBytes, blockBytes, keptBytes, longestLineBytes } = sizes;
  const finder = createReportFinder(source, { records });
  const lineReader = createLineReader(referenceMs);
  let scanner: Scanner | null = null;
  let bytes: Buffer = Buffer.allocUnsafeSlow(wholeBytes + 1);
  /** what is in `bytes`: up to `fed` it was read or passed over, up to `looked` no needle is left, up to `filled` there is log */
  let fed = 0;
  let looked = 0;
  let filled = 0;
  /** lines up to `fed` */
  let lines = 0;
  /** lines are being read, and this many will be before it is asked whether a report is still open */
  let reading = false;
  let due = 0;
  /** a line is too long, and its rest is dropped */
  let cutting = false;

  const textOf = (from: number, to: number) => bytes.toString('latin1', from, Math.min(to, from + longestLineBytes));
  const lineAt = (place: number, from: number, to: number) => {
    const end = bytes.indexOf(newline, place);
    return {
      start: place === 0 ? 0 : Math.max(from, bytes.lastIndexOf(newline, place - 1) + 1),
      end: end < 0 || end >= to ? to : end + 1,
    };
  };

  const passOver = (to: number) => {
    if (to <= fed) return;
    const count = scanner!.countLines(fed, to);
    finder.passOver(count);
    lineReader.passOver();
    lines += count;
    fed = to;
    looked = Math.max(looked, to);
  };

  const feed = (to: number) => {
    while (fed < to) {
      const end = bytes.indexOf(newline, fed);
      // each line is a string of its own: a part of a larger one would keep all of that
      for (const record of lineReader.read(bytes.toString('utf8', fed, end), ++lines)) finder.push(record);
      fed = end + 1;
    }
  };

  /** lines up to the last place that was asked for: where they are asked for in turn, none is counted twice */
  let counted = { at: 0, lines: 0 };
  const linesUpTo = (place: number): number => {
    if (counted.at < fed) counted = { at: fed, lines };
    counted = { at: place, lines: counted.lines + scanner!.countLines(counted.at, place) };
    return counted.lines;
  };

  /** What another program says in one line; the lines before it may still be the beginning of a report. */
  const hear = (start: number, end: number) => {
    const number = linesUpTo(start) + 1;
    const text = bytes.toString('utf8', start, Math.min(end, start + longestLineBytes)).replace(/\r?\n$/, '');
    for (const record of recordsOfLine(text, number, { referenceMs })) finder.hear(record);
  };

  /** The end of the last line with a needle between the two places; -1 where none is worth reading. */
  const lastNeedle = (from: number, to: number): number => {
    const found: { start: number; end: number }[] = [];
    for (let at = scanner!.find(from, to); at >= 0; at = scanner!.find(found.at(-1)!.end, to)) {
      found.push(lineAt(at, from, to));
    }
    return found.findLast(({ start, end }) => worthOf(textOf(start, end), referenceMs) === 'report')?.end ?? -1;
  };

  const readOn = (complete: number) => {
    while (reading && fed < complete) {
      let end = fed;
      let count = 0;
      for (; count < due && end < complete; count++) end = bytes.indexOf(newline, end) + 1;
      const needle = lastNeedle(Math.max(fed, looked), end);
      due = needle < 0 ? due - count : linesBehind - scanner!.countLines(needle, end);
      feed(end);
      looked = Math.max(looked, end);
      if (due > 0) continue;
      if (finder.rest()) reading = false;
      due = linesBehind;
    }
  };

  /** Where the report begins that a needle of this line belongs to, as far as it is kept. */
  const beginningOf = (start: number, text: string): number => {
    const whole = isHeader(text);
    const most = whole ? linesBefore : linesBeforeCut;
    let at = start;
    for (let others = 0; at > fed && others < most; ) {
      const before = lineAt(at - 1, fed, at).start;
      const line = textOf(before, Math.min(at, before + 400));
      // of an entry over several lines, its message alone counts
      if (!whole && isOfReport(line)) others = 0;
      else if (!entryField.test(line)) others++;
      at = before;
    }
    return at;
  };

  /** Looks through the whole lines up to `complete`. */
  const look = (complete: number) => {
    for (;;) {
      readOn(complete);
      if (reading) return;
      const needle = scanner!.find(Math.max(fed, looked), complete);
      if (needle < 0) break;
      const { start, end } = lineAt(needle, fed, complete);
      const text = textOf(start, end);
      looked = end;
      const worth = worthOf(text, referenceMs);
      if (worth === null) continue;
      // of a format that spreads an entry over lines, a line alone says nothing
      if (worth === 'line' && !entryField.test(text)) {
        hear(start, end);
        continue;
      }
      passOver(beginningOf(start, text));
      looked = end;
      reading = true;
      due = scanner!.countLines(fed, end) + linesBehind;
    }
    looked = complete;
  };

  const moveTo = (place: Buffer) => {
    bytes.copy(place, 0, fed, filled);
    bytes = place;
    filled -= fed;
    looked = Math.max(0, looked - fed);
    counted.at -= fed;
    fed = 0;
  };

  /** Cuts a line that does not end. */
  const cut = (start: number) => {
    if (filled - start <= longestLineBytes) return;
    filled = start + longestLineBytes;
    cutting = true;
  };

  const lookThrough = () => {
    if (!scanner) {
      scanner = createScanner(keptBytes + longestLineBytes + blockBytes);
      moveTo(scanner.bytes);
      return;
    }
    const complete = Math.max(fed, bytes.lastIndexOf(newline, filled - 1) + 1);
    look(complete);
    if (complete - fed > keptBytes) passOver(bytes.indexOf(newline, complete - keptBytes) + 1);
    cut(complete);
    moveTo(bytes);
  };

  return {
    room: () => bytes.subarray(filled),
    took(length) {
      const from = filled;
      filled += length;
      if (cutting) {
        const end = bytes.indexOf(newline, from);
        if (end < 0 || end >= filled) {
          filled = from;
          return;
        }
        bytes.copyWithin(from, end, filled);
        filled -= end - from;
        cutting = false;
      }
      if (filled === bytes.length) lookThrough();
    },
    end() {
      if (filled > fed && bytes[filled - 1] !== newline) bytes[filled++] = newline;
      if (!scanner) feed(filled);
      else {
        look(filled);
        passOver(filled);
      }
      for (const record of lineReader.end()) finder.push(record);
      return { found: finder.end(), otherEnds: finder.otherEnds(), lines };
    },
  };
}

/** A log that comes in parts of any size. */
export async function readStream(
  chunks: AsyncIterable<Buffer>,
  source: Source,
  referenceMs: number,
  options: ReadOptions = {},
): Promise<LogFound & { error: Error | null }> {
  const reader = createLogReader(source, referenceMs, options);
  let error: Error | null = null;
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const length = chunk.copy(reader.room(), 0, at);
        reader.took(length);
        at += length;
      }
    }
  } catch (caught) {
    error = caught as Error;
  }
  return { ...reader.end(), error };
}
