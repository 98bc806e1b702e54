import { actionNamed } from '../actions/index.js';
import type { HostFiles } from '../host/files.js';
import { liveFiles, openHost, overlayFiles } from '../host/index.js';
import type { Step } from '../playbook/playbook.js';
import { writeCommand } from '../text/quote.js';
import { means } from './compare.js';
import type { Journal } from './journal.js';
import type { RecordedChange } from './run-state.js';
import { writeKernelFile } from './write.js';

/**
 * Taking back is a change too, under the same guards: newest first, each only where the live value is still what the
 * run left, and only where what it takes away is not in use.
 */
export interface UndoVerdict {
  change: RecordedChange;
  /** undo: it will be; already: it reads as before; gone: its file is no more; irreversible: it has no inverse */
  verdict: 'undo' | 'already' | 'gone' | 'irreversible' | 'refused';
  guard: string;
  text: string;
  /** how to do it all the same, where it is refused */
  command: string | null;
}

/** Looks at every change that may stand, newest first, each on top of the ones taken back before it. Reads only. */
export function checkUndo(changes: RecordedChange[], steps: Step[], files: HostFiles): UndoVerdict[] {
  const values = new Map<string, string>();
  return changes
    .filter(({ state }) => state !== 'undone')
    .reverse()
    .map((change) => {
      const verdict = verdictOf(change, steps, overlayFiles(files, values));
      if (verdict.verdict === 'undo') values.set(change.change.path, change.change.before!);
      return verdict;
    });
}

function verdictOf(recorded: RecordedChange, steps: Step[], files: HostFiles): UndoVerdict {
  const { change } = recorded;
  const verdict = (name: UndoVerdict['verdict'], text: string, guard = 'undo', command: string | null = null) => ({
    change: recorded,
    verdict: name,
    guard,
    text,
    command,
  });
  if (change.kind === 'command' || change.undo === null || change.before === null) {
    return verdict('irreversible', `${change.path} has no inverse`);
  }
  const live = files.read(change.path);
  if (live === null) {
    return files.problem(change.path) === 'absent'
      ? verdict('gone', `${change.path} is gone: there is nothing to take back`)
      : verdict('refused', `${change.path} could not be read`, 'unreadable');
  }
  const host = openHost(files);
  if (means(live, change.before, change.compare, host.pageSizeBytes)) {
    return verdict('already', `${change.path} is ${change.before} already`);
  }
  const command = writeCommand(change.path, change.undo);
  if (!means(live, change.after, change.compare, host.pageSizeBytes)) {
    const text = `${change.path} is ${live.trim()}, and the run left ${change.after}: somebody has changed it since`;
    return verdict('refused', text, 'drift', command);
  }
  const step = steps.find(({ id }) => id === recorded.step);
  const guards = (step && actionNamed(step.action)?.guardUndo?.([change], host)) ?? [];
  const failed = guards.find(({ ok }) => !ok);
  if (failed) return verdict('refused', failed.text, failed.id, command);
  return verdict('undo', `${change.path} goes back from ${change.after} to ${change.before}`);
}

/** Does what `checkUndo` said of one change, and journals it before and after. */
export async function undoChange(verdict: UndoVerdict, journal: Journal): Promise<UndoVerdict> {
  const { change: recorded } = verdict;
  const { step, index, change } = recorded;
  const done = (how: 'written' | 'was-already' | 'gone') => {
    journal.tryAppend({ record: 'undone', step, index, how });
    recorded.state = 'undone';
    return verdict;
  };
  const refuse = (text: string): UndoVerdict => {
    journal.tryAppend({ record: 'undo-refused', step, index, text });
    recorded.refused = text;
    return { ...verdict, verdict: 'refused', text };
  };
  if (verdict.verdict === 'already') return done('was-already');
  if (verdict.verdict === 'gone') return done('gone');
  if (verdict.verdict === 'refused') return refuse(verdict.text);
  if (verdict.verdict === 'irreversible' || change.kind !== 'write') return verdict;

  journal.tryAppend({ record: 'undoing', step, index });
  const files = liveFiles();
  // only what the kernel made of them, and nobody else since, is put back
  const alongside = (change.alongside ?? []).filter(({ path }) =>
    recorded.alongsideAfter.some((after) => after.path === path && files.read(path)?.trim() === after.after.trim()),
  );
  try {
    await writeKernelFile(change.path, change.undo!, change.timeoutSeconds);
    for (const { path, before } of alongside) {
      if (files.read(path)?.trim() !== before.trim()) await writeKernelFile(path, before.trim());
    }
  } catch (error) {
    return refuse((error as Error).message);
  }
  const live = files.read(change.path);
  const { pageSizeBytes } = openHost(files);
  if (live === null || !means(live, change.before!, change.compare, pageSizeBytes)) {
    return refuse(`${change.path} was written, but reads ${live?.trim() ?? 'nothing'} and not ${change.before}`);
  }
  return done('written');
}
