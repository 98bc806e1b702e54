import { UndoomError } from '../errors.js';
import type { HostFiles } from '../host/files.js';
import { liveFiles } from '../host/index.js';
import { continueJournal } from './journal.js';
import type { RollbackReply } from './protocol.js';
import type { RunState } from './run-state.js';
import type { StateDirectory } from './state-directory.js';
import { checkUndo, type UndoVerdict, undoChange } from './undo.js';

/**
 * The run that a person means: a beginning of its id; without one the newest that still stands.
 * @returns null where none stands
 * @throws UndoomError call.run for an unknown or ambiguous id
 */
export function chooseRun(runs: RunState[], id: string | null): RunState | null {
  if (id === null) return runs.findLast(({ stands }) => stands) ?? null;
  const found = runs.filter(({ header }) => header.run === id || header.run.startsWith(id));
  if (found.length === 1) return found[0]!;
  throw new UndoomError(
    'call.run',
    found.length === 0 ? `No run of this host begins with ${id}` : `${found.length} runs of this host begin with ${id}`,
    { hint: 'undoom history lists them' },
  );
}

/** What rolling a run back would do. Reads only. */
export function planRollback(run: RunState, files: HostFiles): UndoVerdict[] {
  return checkUndo(run.changes, run.header.steps, files).filter(({ verdict }) => verdict !== 'irreversible');
}

/**
 * Takes a run back, newest change first, as root and under the lock. Where one change may not be taken back, none is:
 * values that hang together are not torn apart.
 */
export async function rollBack(run: RunState, state: StateDirectory, by: string): Promise<RollbackReply> {
  const planned = planRollback(run, liveFiles());
  if (planned.length === 0) return { outcome: 'unchanged', error: null, verdicts: [] };
  const refused = planned.find(({ verdict }) => verdict === 'refused');
  if (refused) return { outcome: 'refused', error: refusalOf(refused), verdicts: planned };
  const journal = continueJournal(state, run.header.run);
  try {
    journal.append({ record: 'rollback', by, time: new Date().toISOString() });
    const verdicts: UndoVerdict[] = [];
    for (const { change } of planned) {
      // looked at again right before its write: the one before it may have taken a while
      const [verdict] = checkUndo([change], run.header.steps, liveFiles());
      verdicts.push(await undoChange(verdict!, journal));
    }
    const stuck = verdicts.find(({ verdict }) => verdict === 'refused');
    journal.tryAppend({ record: 'rolled-back', complete: !stuck });
    const done = verdicts.some(({ verdict }) => verdict !== 'refused');
    if (!stuck) return { outcome: 'rolled-back', error: null, verdicts };
    return { outcome: done ? 'stuck' : 'refused', error: refusalOf(stuck), verdicts };
  } finally {
    journal.close();
  }
}

export function refusalOf(verdict: UndoVerdict): NonNullable<RollbackReply['error']> {
  return {
    code: `guard.${verdict.guard}`,
    message: `Refused: ${verdict.text}`,
    hint: verdict.command ? `To do it all the same: ${verdict.command}` : null,
  };
}
