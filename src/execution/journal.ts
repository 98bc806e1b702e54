import { closeSync, constants, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../actions/action.js';
import { UndoomError } from '../errors.js';
import type { Step } from '../playbook/playbook.js';
import type { Outcome } from '../schemas/run.js';
import type { StateDirectory } from './state-directory.js';

/** Loaded where a record is written or read: a diagnosis on a host without runs needs none of it. */
function checksum(text: string): number {
  return process.getBuiltinModule('node:zlib').crc32(text);
}

/**
 * What a run is going to do and what it did, one JSON record a line, each synced to disk before the next thing happens.
 * A change is announced (`intent`) before its write and confirmed (`written`) after it, so that whatever ends a run
 * half way, the journal tells what may stand.
 */
export type JournalRecord =
  | ({ record: 'begin' } & RunHeader)
  | { record: 'intent'; step: string; index: number; change: Change; raw: string | null }
  | { record: 'written'; step: string; index: number; raw: string | null; alongside: { path: string; after: string }[] }
  | { record: 'step'; step: string; status: 'changed' | 'unchanged' | 'failed' | 'skipped' | 'manual'; text: string }
  | { record: 'end'; outcome: Outcome; error: string | null }
  | { record: 'rollback'; by: string; time: string }
  | { record: 'undoing'; step: string; index: number }
  | { record: 'undone'; step: string; index: number; how: 'written' | 'was-already' | 'gone' }
  | { record: 'undo-refused'; step: string; index: number; text: string }
  | { record: 'rolled-back'; complete: boolean };

export interface RunHeader {
  version: 1;
  run: string;
  /** ISO 8601 with offset */
  time: string;
  user: string;
  pid: number;
  machineId: string | null;
  playbook: { name: string; title: string; digest: string; file: string | null; incident: string | null };
  steps: Step[];
}

export interface Journal {
  run: string;
  /** @throws where it is not on disk: then what it announces must not be done */
  append(record: JournalRecord): void;
  /**
   * For what must be done even where the disk is full: taking back. What is not recorded is found again by looking at
   * the live value.
   */
  tryAppend(record: JournalRecord): void;
  close(): void;
}

const recordPattern = /^([0-9a-f]{8}) (\{.*\})$/;

/** @throws UndoomError failed.journal where the state folder cannot be written: then nothing is changed */
export function createJournal(state: StateDirectory, header: RunHeader): Journal {
  try {
    mkdirSync(state.runs, { recursive: true, mode: 0o755 });
    const journal = openForAppend(state, header.run, constants.O_CREAT | constants.O_EXCL);
    journal.append({ record: 'begin', ...header });
    const folder = openSync(state.runs, constants.O_RDONLY);
    fsyncSync(folder);
    closeSync(folder);
    return journal;
  } catch (error) {
    throw unwritable(state, error);
  }
}

export function continueJournal(state: StateDirectory, run: string): Journal {
  try {
    return openForAppend(state, run, 0);
  } catch (error) {
    throw unwritable(state, error);
  }
}

function unwritable(state: StateDirectory, error: unknown): UndoomError {
  if (error instanceof UndoomError) return error;
  return new UndoomError(
    'failed.journal',
    `The journal in ${state.runs} cannot be written: ${(error as Error).message}`,
    {
      hint: 'Without a journal nothing is changed: see to the disk or the folder, then run it again',
      cause: error,
    },
  );
}

function openForAppend(state: StateDirectory, run: string, create: number): Journal {
  const path = join(state.runs, `${run}.journal`);
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | create;
  const descriptor = openSync(path, flags, 0o644);
  let isTorn = !create && !readFileSync(path, 'utf8').endsWith('\n');
  const append = (record: JournalRecord) => {
    const text = JSON.stringify(record);
    const line = `${checksum(text).toString(16).padStart(8, '0')} ${text}\n`;
    // a record that was torn by a full disk must not swallow this one
    const written = writeSync(descriptor, isTorn ? `\n${line}` : line);
    isTorn = written !== Buffer.byteLength(line) + (isTorn ? 1 : 0);
    if (isTorn) throw new Error('there is no room for a whole record');
    fsyncSync(descriptor);
  };
  return {
    run,
    append(record) {
      try {
        append(record);
      } catch (error) {
        throw unwritable(state, error);
      }
    },
    tryAppend(record) {
      try {
        append(record);
      } catch {}
    },
    close() {
      closeSync(descriptor);
    },
  };
}

/**
 * The records of a journal whose checksum holds, in order; a torn or damaged line is left out.
 * @throws UndoomError failed.journal for a journal of a newer undoom
 */
export function parseJournal(text: string, name: string): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (const line of text.split('\n')) {
    const match = recordPattern.exec(line);
    if (!match || checksum(match[2]!) !== Number.parseInt(match[1]!, 16)) continue;
    const record = JSON.parse(match[2]!) as JournalRecord;
    if (record.record === 'begin' && record.version !== 1) {
      throw new UndoomError('failed.journal', `The journal ${name} was written by a newer undoom`, {
        hint: 'Use that version to take the run back',
      });
    }
    records.push(record);
  }
  return records;
}

/** The ids of all runs, oldest first. */
export function listRuns(state: StateDirectory): string[] {
  try {
    return readdirSync(state.runs)
      .filter((name) => name.endsWith('.journal'))
      .map((name) => name.slice(0, -'.journal'.length))
      .sort();
  } catch {
    return [];
  }
}

export function readJournal(state: StateDirectory, run: string): JournalRecord[] {
  const path = join(state.runs, `${run}.journal`);
  return parseJournal(readFileSync(path, 'utf8'), path);
}
