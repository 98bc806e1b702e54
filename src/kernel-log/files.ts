import { accessSync, closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UndoomError } from '../errors.js';
import { chunksOf } from './chunks.js';
import { decoded, encodingOf } from './encoding.js';
import type { FoundReport } from './find-reports.js';
import { isJournalFile, isJournalFolder } from './is-journal.js';
import type { OtherEnds } from './other-ends.js';
import { readStream } from './read-stream.js';
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

/** @param name how the source is called in what people see */
export async function readLogFile(
  path: string,
  name: string = path === '-' ? 'standard input' : path,
): Promise<LogPart> {
  const source: Source = { kind: path === '-' ? 'stdin' : 'file', name, forgeable: true };
  if (path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() && isJournalFolder(path)) {
    return readJournal(path, name);
  }
  const referenceMs = path === '-' ? Date.now() : check(path);
  if (path !== '-' && isJournalFile(path)) return readJournal(path, name);
  const { found, otherEnds, lines, error } = await readStream(inspected(chunksOf(path), name), source, referenceMs);
  if (error instanceof UndoomError) throw error;
  if (error && lines === 0)
    throw new UndoomError('call.log', `${name} could not be read: ${error.message}`, { hint, cause: error });
  const warnings = error ? [`${name} is damaged or cut short after line ${lines}: ${error.message}`] : [];
  return { source, found, otherEnds, warnings };
}

async function readJournal(path: string, name: string): Promise<LogPart> {
  const { readJournalFiles } = await import('./journal-files.js');
  return readJournalFiles(path, name);
}

/** @returns when what it holds ends */
function check(path: string): number {
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
  return file.isFile() ? lastStamp(path, file.size, file.mtimeMs) : file.mtimeMs;
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
    const read = createLineReader(writtenMs);
    const stamps = lines.flatMap((line, index) => read(line, index + 1)).map(({ epochMs }) => epochMs);
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
