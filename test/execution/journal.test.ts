import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteChange } from '../../src/actions/action.js';
import { continueJournal, createJournal, type RunHeader, readJournal } from '../../src/execution/journal.js';
import { takeLock } from '../../src/execution/lock.js';
import { earlierRaises, readRuns, runStateOf } from '../../src/execution/run-state.js';
import type { StateDirectory } from '../../src/execution/state-directory.js';

let folder: string;
let state: StateDirectory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undoom-journal-'));
  state = { runs: join(folder, 'runs'), lock: join(folder, 'lock'), folders: [folder, join(folder, 'runs')] };
});
afterEach(() => rmSync(folder, { recursive: true }));

const header: RunHeader = {
  version: 1,
  run: '20261123-180732-7f3a',
  time: '2026-11-23T18:07:32.000+00:00',
  user: 'root',
  pid: 1,
  machineId: null,
  playbook: { name: 'raise-cgroup-limit', title: 'Raise', digest: 'd', file: null, incident: null },
  steps: [
    {
      id: 'raise',
      title: 'Raise',
      action: 'cgroup.memory.limit',
      with: { cgroup: '/shop', limit: 200 },
      was: { limit: 100 },
      risk: 'low',
      why: 'x',
      playbook: null,
    },
  ],
};
const change: WriteChange = {
  kind: 'write',
  path: '/sys/x',
  before: '100',
  after: '200',
  undo: '100',
  compare: 'pages',
};

test('what was announced and not confirmed may stand', () => {
  const journal = createJournal(state, header);
  journal.append({ record: 'intent', step: 'raise', index: 0, change, raw: '100\n' });
  journal.close();
  const [run] = readRuns(state);
  expect(run).toMatchObject({ outcome: null, stands: true, changes: [{ state: 'intended', rawBefore: '100\n' }] });
});

test('a whole run, and its rollback', () => {
  const journal = createJournal(state, header);
  journal.append({ record: 'intent', step: 'raise', index: 0, change, raw: '100\n' });
  journal.append({ record: 'written', step: 'raise', index: 0, raw: '200\n', alongside: [] });
  journal.append({ record: 'end', outcome: 'changed', error: null });
  journal.close();
  expect(readRuns(state)[0]).toMatchObject({ outcome: 'changed', stands: true });
  expect(earlierRaises(readRuns(state), '/shop')).toEqual([{ fromBytes: 100, toBytes: 200 }]);
  expect(earlierRaises(readRuns(state), '/other')).toEqual([]);
  const again = continueJournal(state, header.run);
  again.append({ record: 'rollback', by: 'root', time: '2026-11-23T19:00:00Z' });
  again.append({ record: 'undone', step: 'raise', index: 0, how: 'written' });
  again.append({ record: 'rolled-back', complete: true });
  again.close();
  expect(readRuns(state)[0]).toMatchObject({
    outcome: 'rolled-back',
    stands: false,
    rolledBackAt: '2026-11-23T19:00:00Z',
  });
  expect(earlierRaises(readRuns(state), '/shop')).toEqual([]);
});

test('cut at any byte, it says no more than what is whole', () => {
  const journal = createJournal(state, header);
  journal.append({ record: 'intent', step: 'raise', index: 0, change, raw: '100\n' });
  journal.append({ record: 'written', step: 'raise', index: 0, raw: '200\n', alongside: [] });
  journal.close();
  const path = join(state.runs, `${header.run}.journal`);
  const whole = readFileSync(path);
  const counts = new Set<number>();
  for (let length = whole.length; length >= 0; length--) {
    truncateSync(path, length);
    counts.add(readJournal(state, header.run).length);
  }
  expect([...counts].sort()).toEqual([0, 1, 2, 3]);
});

test('a torn tail does not swallow the next record', () => {
  createJournal(state, header).close();
  appendFileSync(join(state.runs, `${header.run}.journal`), '0123abcd {"record":"inte');
  const journal = continueJournal(state, header.run);
  journal.append({ record: 'end', outcome: 'interrupted', error: null });
  journal.close();
  expect(runStateOf(readJournal(state, header.run))).toMatchObject({ outcome: 'interrupted' });
});

test('a record that was altered is not believed', () => {
  const journal = createJournal(state, header);
  journal.append({ record: 'intent', step: 'raise', index: 0, change, raw: '100\n' });
  journal.close();
  const path = join(state.runs, `${header.run}.journal`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('/sys/x', '/sys/y'));
  expect(readRuns(state)[0]!.changes).toEqual([]);
});

test('a state folder that cannot be written stops everything', () => {
  writeFileSync(join(folder, 'runs'), 'a file');
  expect(() => createJournal(state, header)).toThrow(expect.objectContaining({ code: 'failed.journal', exit: 1 }));
});

test('one holds the lock, the other is told who', () => {
  const lock = takeLock(state, 'run 1 of root');
  expect(() => takeLock(state, 'run 2')).toThrow(
    expect.objectContaining({ code: 'guard.lock', message: expect.stringContaining('run 1 of root') }),
  );
  lock.release();
  takeLock(state, 'run 3').release();
});
