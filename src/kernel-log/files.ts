import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import { UndoomError } from '../errors.js';
import { chunksOf } from './chunks.js';
import type { FoundReport } from './find-reports.js';
import type { OtherEnds } from './other-ends.js';
import { readStream } from './read-stream.js';
import type { Source } from './report.js';

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
  const referenceMs = path === '-' ? Date.now() : check(path);
  const { found, otherEnds, lines, error } = await readStream(inspected(chunksOf(path), name), source, referenceMs);
  if (error instanceof UndoomError) throw error;
  if (error && lines === 0)
    throw new UndoomError('call.log', `${name} could not be read: ${error.message}`, { hint, cause: error });
  const warnings = error ? [`${name} is damaged or cut short after line ${lines}: ${error.message}`] : [];
  return { source, found, otherEnds, warnings };
}

/** @returns when the file was last written: the end of what it holds */
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
  return file.mtimeMs;
}

/** A journal's own file is no text: its tool prints it. */
async function* inspected(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.subarray(0, 8).toString('latin1') === 'LPKSHHRH') {
      throw new UndoomError('call.log', `${name} is a journal file, not text`, {
        hint: `Print it first: journalctl --file ${name} -k -o json | undoom diagnose --log -`,
      });
    }
    first = false;
    yield chunk;
  }
}
