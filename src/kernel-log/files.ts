import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UndoomError } from '../errors.js';
import { chunksOf, isCompressed } from './chunks.js';
import type { FoundReport } from './find-reports.js';
import type { Progress } from './progress.js';
import { createLogReader, type LogReader, readStream } from './read-stream.js';
import type { Source } from './report.js';

export interface LogPart {
  source: Source;
  found: FoundReport[];
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
  { name = path === '-' ? 'standard input' : path, progress = null, records = false }: FileOptions,
): Promise<LogPart> {
  const source: Source = { kind: path === '-' ? 'stdin' : 'file', name, forgeable: true };
  const file = path === '-' ? null : check(path);
  const onRead = (bytes: number) => progress?.read(name, bytes, file?.isFile() ? file.size : null);
  // when the file was last written is the end of what it holds
  const referenceMs = file?.mtimeMs ?? Date.now();
  const { found, lines, error } =
    file?.isFile() && !isCompressed(beginningOf(path))
      ? await readPlain(path, name, createLogReader(source, referenceMs, { records }), onRead)
      : await readStream(inspected(chunksOf(path, onRead), name), source, referenceMs, { records });
  if (error instanceof UndoomError) throw error;
  if (error && lines === 0)
    throw new UndoomError('call.log', `${name} could not be read: ${error.message}`, { hint, cause: error });
  const warnings = error ? [`${name} is damaged or cut short after line ${lines}: ${error.message}`] : [];
  return { source, found, warnings };
}

function beginningOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const first = Buffer.alloc(8);
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
  name: string,
  reader: LogReader,
  onRead: (bytes: number) => void,
): Promise<{ found: FoundReport[]; lines: number; error: Error | null }> {
  refuseJournal(beginningOf(path), name);
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

/** A journal's own file is no text: its tool prints it. */
function refuseJournal(first: Buffer, name: string): void {
  if (first.toString('latin1', 0, 8) !== 'LPKSHHRH') return;
  throw new UndoomError('call.log', `${name} is a journal file, not text`, {
    hint: `Print it first: journalctl --file ${name} -k -o json | undoom diagnose --log -`,
  });
}

async function* inspected(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    if (first) refuseJournal(chunk, name);
    first = false;
    yield chunk;
  }
}
