import type { Change } from '../actions/action.js';
import type { Outcome } from '../schemas/run.js';
import { type JournalRecord, listRuns, type RunHeader, readJournal } from './journal.js';
import type { StateDirectory } from './state-directory.js';

/** What a journal says of its run. Pure, but for the two readers at the end. */
export interface RunState {
  header: RunHeader;
  /** null: it was cut off before its end */
  outcome: Outcome | null;
  error: string | null;
  rolledBackAt: string | null;
  changes: RecordedChange[];
  steps: { step: string; status: string; text: string }[];
  /** it has changes that may stand and have an inverse: `rollback` has something to do */
  stands: boolean;
}

export interface RecordedChange {
  step: string;
  index: number;
  change: Change;
  /** the file's bytes before the write, to the letter */
  rawBefore: string | null;
  rawAfter: string | null;
  /** what the kernel made of the files it changes by itself with this one */
  alongsideAfter: { path: string; after: string }[];
  /** intended: announced, perhaps never written */
  state: 'intended' | 'written' | 'undone';
  /** why the last try to take it back was refused */
  refused: string | null;
}

/** @returns null for a journal without a whole first record: its run never began, so it changed nothing */
export function runStateOf(records: JournalRecord[]): RunState | null {
  const begin = records.find((record) => record.record === 'begin');
  if (!begin) return null;
  const { record: _, ...header } = begin;
  const state: RunState = {
    header,
    outcome: null,
    error: null,
    rolledBackAt: null,
    changes: [],
    steps: [],
    stands: false,
  };
  const find = (step: string, index: number) =>
    state.changes.find((change) => change.step === step && change.index === index);
  let rollbackTime: string | null = null;
  for (const record of records) {
    switch (record.record) {
      case 'intent': {
        const { step, index, change, raw } = record;
        state.changes.push(intendedChange(step, index, change, raw));
        break;
      }
      case 'written': {
        const change = find(record.step, record.index);
        if (change) Object.assign(change, { state: 'written', rawAfter: record.raw, alongsideAfter: record.alongside });
        break;
      }
      case 'undone': {
        const change = find(record.step, record.index);
        if (change) Object.assign(change, { state: 'undone', refused: null });
        break;
      }
      case 'undo-refused': {
        const change = find(record.step, record.index);
        if (change) change.refused = record.text;
        break;
      }
      case 'step':
        state.steps.push({ step: record.step, status: record.status, text: record.text });
        break;
      case 'end':
        state.outcome = record.outcome;
        state.error = record.error;
        break;
      case 'rollback':
        rollbackTime = record.time;
        break;
      case 'rolled-back':
        if (record.complete) {
          state.outcome = 'rolled-back';
          state.rolledBackAt = rollbackTime;
        }
        break;
    }
  }
  state.stands = state.changes.some((change) => change.state !== 'undone' && change.change.undo !== null);
  return state;
}

export function intendedChange(step: string, index: number, change: Change, rawBefore: string | null): RecordedChange {
  return { step, index, change, rawBefore, rawAfter: null, alongsideAfter: [], state: 'intended', refused: null };
}

/** All runs of this host, oldest first. A journal that cannot be read is left out here; `rollback RUN` says why. */
export function readRuns(state: StateDirectory): RunState[] {
  const runs: RunState[] = [];
  for (const run of listRuns(state)) {
    try {
      const found = runStateOf(readJournal(state, run));
      if (found) runs.push(found);
    } catch {}
  }
  return runs;
}

/** The limits that undoom set on a cgroup and that were not taken back, oldest first: for the doubling rule. */
export function earlierRaises(runs: RunState[], cgroup: string): { fromBytes: number; toBytes: number }[] {
  return runs.flatMap(({ header, changes }) =>
    header.steps
      .filter((step) => step.action === 'cgroup.memory.limit' && step.with.cgroup === cgroup)
      .filter((step) => changes.some((change) => change.step === step.id && change.state === 'written'))
      .flatMap((step) => {
        const fromBytes = step.was?.limit;
        const toBytes = step.with.limit;
        return typeof fromBytes === 'number' && typeof toBytes === 'number' && toBytes > fromBytes
          ? [{ fromBytes, toBytes }]
          : [];
      }),
  );
}
