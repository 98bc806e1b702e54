import { accessSync, closeSync, constants, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UndoomError } from '../errors.js';
import { chunksOf, isCompressed } from './chunks.js';
import { decoded, encodingOf } from './encoding.js';
import type { FoundReport } from './find-reports.js';
import { isJournalFile, isJournalFolder } from './is-journal.js';
import type { OtherEnds } from './other-ends.js';
import type { Progress } from './progress.js';
import { createLogReader, type LogFound, type LogReader, readStream } from './read-stream.js';
import type { Source } from './report.js';
import { createLineReader } from './text.js';
import { unpackerOf } from './unpacker-of.js';

export interface LogPart {
  source: Source;
  found: FoundReport[];
  otherEnds: OtherEnds;
  warnings: string[];
}

const hint = "Name a kernel log, or - for standard input; without one, undoom reads this host's own";

export interface FileOptions {
  /** how the source is called in what people see */
  name?: string;
  progress?: Progress | null;
  /** whether the lines of the reports are kept */
  records?: boolean;
}

export async function readLogFile(
  path: string,
  { name = path === '-' ? 'standard input' : path, progress = null, records = false }: FileOptions = {},
): Promise<LogPart> {
  const source: Source = { kind: path === '-' ? 'stdin' : 'file', name, forgeable: true };
  if (path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() && isJournalFolder(path)) {
    return readJournal(path, name);
  }
  const file = path === '-' ? null : check(path);
  if (file !== null && isJournalFile(path)) return readJournal(path, name);
  const size = file?.isFile() ? file.size : null;
  const referenceMs = file === null ? Date.now() : size === null ? file.mtimeMs : lastStamp(path, size, file.mtimeMs);
  const onRead = (bytes: number) => progress?.read(name, bytes, size);
  const { found, otherEnds, lines, error } =
    size !== null && isPlain(beginningOf(path))
      ? await readPlain(path, createLogReader(source, referenceMs, { records }), onRead)
      : await readStream(inspected(chunksOf(path, onRead), name), source, referenceMs, { records });
  if (error instanceof UndoomError) throw error;
  if (error && lines === 0)
    throw new UndoomError('call.log', `${name} could not be read: ${error.message}`, { hint, cause: error });
  const warnings = error ? [`${name} is damaged or cut short after line ${lines}: ${error.message}`] : [];
  return { source, found, otherEnds, warnings };
}

/** Text as it stands: what need not be unpacked or decoded first. */
function isPlain(first: Buffer): boolean {
  return !isCompressed(first) && unpackerOf(first) === null && encodingOf(first) === null;
}

function beginningOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const first = Buffer.alloc(128);
    return first.subarray(0, readSync(descriptor, first, 0, first.length, 0));
  } catch {
    // whoever reads it in earnest says what is wrong
    return Buffer.alloc(0);
  } finally {
    closeSync(descriptor);
  }
}

/** so often may Ctrl-C and the screen have their turn */
const bytesInTurn = 1 << 25;

/** A file that is text is read straight to where it is looked through: a stream costs more than the looking. */
async function readPlain(
  path: string,
  reader: LogReader,
  onRead: (bytes: number) => void,
): Promise<LogFound & { error: Error | null }> {
  const descriptor = openSync(path, 'r');
  let error: Error | null = null;
  try {
    let turn = 0;
    for (let total = 0; ; ) {
      const length = readSync(descriptor, reader.room());
      if (length === 0) break;
      reader.took(length);
      total += length;
      onRead(total);
      turn += length;
      if (turn < bytesInTurn) continue;
      turn = 0;
      await setImmediate();
    }
  } catch (caught) {
    error = caught as Error;
  } finally {
    closeSync(descriptor);
  }
  return { ...reader.end(), error };
}

async function readJournal(path: string, name: string): Promise<LogPart> {
  const { readJournalFiles } = await import('./journal-files.js');
  return readJournalFiles(path, name);
}

function check(path: string): Stats {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) throw new UndoomError('call.log', `${path} is not there`, { hint });
  if (file.isDirectory()) throw new UndoomError('call.log', `${path} is a folder, not a log`, { hint });
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new UndoomError('call.log', `${path} may not be read by this user`, {
      hint: `Run it as a user who may, or: sudo cat ${basename(path)} | undoom diagnose --log -`,
      cause,
    });
  }
  return file;
}

const tailBytes = 65_536;

/**
 * When a log was last written is its end, but a copy is younger: its last stamp tells better. It matters where stamps
 * have no year and the log goes over the turn of one.
 */
function lastStamp(path: string, size: number, writtenMs: number): number {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    const tail = Buffer.alloc(Math.min(tailBytes, size));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    const lines = tail.toString('latin1').split('\n').slice(-200);
    // other stamps have their year
    if (!lines.some((line) => /(?:^|[ >])[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /.test(line))) return writtenMs;
    const reader = createLineReader(writtenMs);
    const stamps = lines.flatMap((line, index) => reader.read(line, index + 1)).map(({ epochMs }) => epochMs);
    return stamps.findLast((epochMs) => epochMs !== null && epochMs <= writtenMs) ?? writtenMs;
  } finally {
    closeSync(descriptor);
  }
}

/** What the first bytes say: compressed with a program's own format, a journal's own file, another encoding. */
async function* inspected(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  const { value: first } = await chunks.next();
  if (first === undefined) return;
  if (first.subarray(0, 8).toString('latin1') === 'LPKSHHRH') {
    throw new UndoomError('call.log', `${name} is a journal file, which cannot be read from a pipe`, {
      hint: 'Name the file itself, or print it first: journalctl --file FILE -o json | undoom diagnose --log -',
    });
  }
  const all = withFirst(first, chunks);
  const program = unpackerOf(first);
  if (program !== null) {
    const { unpacked } = await import('./unpackers.js');
    yield* inspected(unpacked(all, program, name), name);
    return;
  }
  const encoding = encodingOf(first);
  yield* encoding === null ? all : decoded(all, encoding);
}

async function* withFirst(first: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* chunks;
}

/** Not the logs of a folder, but what one journal is kept in: the files of one host's journal belong together. */
export function logsInFolder(path: string): string[] {
  if (isJournalFolder(path)) return [path];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() || (found?.isDirectory() && isJournalFolder(file));
    });
}
