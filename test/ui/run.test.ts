import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { builtIns } from '../../src/playbook/built-ins.js';
import type { HistoryEntry } from '../../src/schemas/history.js';
import { showError } from '../../src/ui/error.js';
import { showHistory } from '../../src/ui/history.js';
import { showPlaybook, showPlaybookList } from '../../src/ui/playbooks.js';
import { showPreview, showRun } from '../../src/ui/run.js';
import { valueInWords } from '../../src/ui/value-words.js';
import { plain, run, step } from './sample.js';

const compact = step({
  id: 'compact',
  title: 'Compact memory',
  action: 'memory.compact',
  risk: 'medium',
  changes: [
    {
      kind: 'write',
      path: '/proc/sys/vm/compact_memory',
      before: null,
      after: '1',
      command: 'printf %s 1 | sudo tee /proc/sys/vm/compact_memory',
    },
  ],
  unknowns: ['how many free blocks it brings is known afterwards only'],
});
const byHand = step({
  id: 'end',
  title: 'End what is not needed',
  action: 'manual',
  status: 'manual',
  changes: [],
  guards: [],
  instruction: 'Stop the largest first.',
  command: 'sudo systemctl stop shop.service',
});

describe('a preview', () => {
  test('shows each file, the value before and after in words, and the command', () => {
    expect(showPreview(run(), plain)).toBe(`This will be written, and nothing else:

Raise the memory limit of /shop                                         low risk
  /sys/fs/cgroup/shop/memory.max
    - 209715200   200 MiB
    + 314572800   300 MiB
    as root:
      printf %s 314572800 | sudo tee /sys/fs/cgroup/shop/memory.max
  ✓ still as it was shown: limit 200 MiB
  ✓ no ancestor binds below 300 MiB
  ✓ the host keeps 11.1 GiB

What is written to a kernel file lasts until the next boot.`);
  });

  test('says first what cannot be taken back, and what is not known', () => {
    const text = showPreview(run({ steps: [step(), compact] }), plain);
    expect(text.startsWith('! This cannot be taken back: Compact memory\n')).toBe(true);
    expect(text).toContain('- (nothing to read here)');
    expect(text).toContain('? not known: how many free blocks');
  });

  test('gives manual steps to the reader, with their command', () => {
    const text = showPreview(run({ outcome: 'unchanged', steps: [byHand] }), plain);
    expect(text).toContain('For you to do by hand; undoom does not run it:\n  End what is not needed\n');
    expect(text).toContain('    Stop the largest first.\n    sudo systemctl stop shop.service');
    expect(text).not.toContain('This will be written');
  });

  test('that is refused says by what, and promises no write', () => {
    const text = showPreview(
      run({
        outcome: 'refused',
        steps: [step({ status: 'refused', guards: [{ id: 'drift', ok: false, text: 'was 60 MiB, is now 1 GiB' }] })],
        error: { code: 'guard.drift', message: 'Refused: was 60 MiB, is now 1 GiB', hint: 'Make the plan anew' },
      }),
      plain,
    );
    expect(text).toContain('✗ was 60 MiB, is now 1 GiB');
    expect(text).toMatch(/✗ Refused: was 60 MiB, is now 1 GiB\n {2}Make the plan anew$/);
    expect(text).not.toContain('This will be written');
  });

  test('of a rollback says that it puts back', () => {
    expect(showPreview(run({ mode: 'rollback' }), plain)).toMatch(/^This will be put back, and nothing else:/);
  });

  test('never shortens what is to be approved', () => {
    const path = `/sys/fs/cgroup/${'kubepods.slice/'.repeat(12)}memory.max`;
    const changes = [{ ...step().changes[0]!, path }];
    expect(showPreview(run({ steps: [step({ changes })] }), plain).replaceAll('\n  ', '')).toContain(path);
  });
});

describe('a run', () => {
  const id = '20261123-180732-7f3a';
  const back = { ok: true, text: 'memory.max of /shop is 300 MiB, read back' };

  test('that changed something says what was verified and how to take it back', () => {
    const result = run({
      run: id,
      mode: 'apply',
      outcome: 'changed',
      steps: [step({ status: 'changed', verified: back })],
    });
    expect(showRun(result, plain)).toBe(`✓ Raise the memory limit of /shop: done
  memory.max of /shop is 300 MiB, read back

Taken back by:
  undoom rollback ${id}`);
  });

  test('without inverse offers no rollback', () => {
    const result = run({ run: id, mode: 'apply', outcome: 'changed', steps: [{ ...compact, status: 'changed' }] });
    expect(showRun(result, plain)).not.toContain('undoom rollback');
  });

  test('that failed says what became of its changes', () => {
    const result = run({
      run: id,
      mode: 'apply',
      outcome: 'failed',
      steps: [step({ status: 'rolled-back' }), { ...compact, status: 'failed' }, step({ id: 'later', title: 'Later' })],
      error: { code: 'failed.verify', message: 'No block of order 3 was freed', hint: null },
    });
    const text = showRun(result, plain);
    expect(text).toContain('✓ Raise the memory limit of /shop: taken back');
    expect(text).toContain('✗ Compact memory: failed');
    expect(text).toContain('- Later: not done');
    expect(text).toContain('✗ No block of order 3 was freed');
    expect(text).toContain('no change of this run stands.');
  });

  test('that is stuck names what stands and the way out', () => {
    const result = run({
      run: id,
      mode: 'apply',
      outcome: 'stuck',
      steps: [step({ status: 'changed' })],
      error: { code: 'guard.usage', message: 'Refused: it holds more', hint: null },
    });
    const text = showRun(result, plain);
    expect(text).toContain(
      'Changes stand that should not:\n  /sys/fs/cgroup/shop/memory.max\n    - 209715200   200 MiB',
    );
    expect(text).toContain(`undoom rollback ${id}`);
  });

  test.each([
    ['unchanged', 'apply', 'Nothing to change: what was to be done stands already.'],
    ['unchanged', 'rollback', 'Nothing to take back.'],
    ['refused', 'apply', 'Nothing was changed.'],
    ['interrupted', 'apply', 'No change of this run stands.'],
    ['rolled-back', 'rollback', `Run ${id} is taken back.`],
  ] as const)('%s (%s) ends in a sentence', (outcome, mode, sentence) => {
    expect(showRun(run({ run: id, mode, outcome, steps: [] }), plain)).toBe(sentence);
  });
});

test.each([
  ['/x/memory.max', '62914560', '60 MiB'],
  ['/x/memory.max', 'max', 'no limit'],
  ['/x/memory.limit_in_bytes', '9223372036854771712', 'no limit'],
  ['/x/memory.memsw.limit_in_bytes', '1073741824', '1 GiB'],
  ['/proc/sys/vm/min_free_kbytes', '67584', '66 MiB'],
  ['/x/memory.oom.group', '1', null],
  ['/x/cpuset.mems', '0-1', null],
  ['/x/nr_hugepages', '4', null],
])('%s %s means %s', (path, value, words) => {
  expect(valueInWords(path, value)).toBe(words);
});

describe('the history', () => {
  const entry: HistoryEntry = {
    run: '20261123-180732-7f3a',
    time: '2026-11-23T18:02:32Z',
    user: 'ada',
    playbook: 'raise-cgroup-limit',
    title: 'Raise the memory limit of /shop to 300 MiB',
    incident: '7f3a2c91',
    outcome: 'changed',
    stands: true,
    rolledBackAt: null,
    error: null,
    changes: [
      {
        step: 'raise',
        path: '/sys/fs/cgroup/shop/memory.max',
        before: '209715200',
        after: '314572800',
        state: 'written',
        refused: null,
      },
    ],
  };

  test('tells each run, whether it stands, and how to take back the newest', () => {
    const older = { ...entry, run: '20261122-1', rolledBackAt: '2026-11-22T10:00:00', stands: false };
    const text = showHistory([entry, older], plain, { detail: false });
    expect(text).toMatch(/^20261123-180732-7f3a +3 min ago, by ada\n/);
    expect(text).toContain('✓ done, and stands');
    expect(text).toContain('memory.max: 200 MiB to 300 MiB');
    expect(text).toContain('✓ taken back Sun 22 Nov 2026 10:00:00');
    expect(text.endsWith('  undoom rollback 20261123-180732-7f3a')).toBe(true);
  });

  test('in detail tells each change and why it could not be taken back', () => {
    const refused = [{ ...entry.changes[0]!, refused: 'it is 1 GiB now' }];
    const text = showHistory([{ ...entry, outcome: null, changes: refused }], plain, { detail: true });
    expect(text).toContain('! cut off before its end: changes may stand');
    expect(text).toContain('    - 209715200 (200 MiB)\n    + 314572800 (300 MiB)\n    written\n');
    expect(text).toContain('not taken back: it is 1 GiB now');
  });

  test('without a run says so', () => {
    expect(showHistory([], plain, { detail: false })).toBe('undoom has changed nothing on this host.');
  });
});

describe('playbooks', () => {
  test('are listed with their risk, and what they answer', () => {
    const text = showPlaybookList(builtIns(), plain);
    expect(text).toMatch(/^compact-memory +medium risk$/m);
    expect(text).toMatch(/^end-tasks +to do by hand$/m);
    for (const { name } of builtIns()) expect(text).toContain(name);
  });

  test('show their parameters, their steps and how to try them', () => {
    const text = showPlaybook(builtIns().find(({ name }) => name === 'raise-cgroup-limit')!, plain);
    expect(text).toContain('limit: Its new limit\n    needed; bytes; at least 1 MiB');
    expect(text).toMatch(/cgroup\.memory\.limit cgroup=\$\{cgroup\} limit=\$\{limit\}/);
    expect(text).toContain('undoom run raise-cgroup-limit --set cgroup=VALUE --set limit=VALUE --dry-run');
  });
});

test('an error is one sentence and what to do next', () => {
  const error = { code: 'guard.sudo', message: 'sudo was refused', hint: 'Ask for it\x1b[2J' };
  expect(showError(error, plain)).toBe('✗ sudo was refused\n  Ask for it\\x1b[2J');
});

test('whatever a plan holds, no line is wider than the screen and no control byte gets out', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant(`/${'数/'.repeat(80)}\x1b[2J\n`));
  const change = fc.record({
    kind: fc.constantFrom('write' as const, 'command' as const),
    path: hostile,
    before: fc.option(hostile),
    after: fc.option(hostile),
    command: hostile,
  });
  const outcomes = [
    'pending',
    'unchanged',
    'changed',
    'refused',
    'failed',
    'stuck',
    'rolled-back',
    'declined',
  ] as const;
  const statuses = [
    'pending',
    'changed',
    'manual',
    'failed',
    'skipped',
    'refused',
    'unchanged',
    'rolled-back',
  ] as const;
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 2 }),
      fc.constantFrom(...outcomes),
      fc.constantFrom(...statuses),
      hostile,
      fc.integer({ min: 40, max: 100 }),
      (changes, outcome, status, text, columns) => {
        const guards = [{ id: 'x', ok: false, text }];
        const hurt = step({
          changes,
          status,
          title: text,
          guards,
          verified: { ok: true, text },
          unknowns: [text],
          instruction: text,
          command: text,
        });
        const result = run({
          run: text,
          outcome,
          guards,
          steps: [hurt],
          error: { code: 'failed', message: text, hint: text },
        });
        const screen = { ...plain, columns };
        const shown = [showPreview(result, screen), showRun(result, screen)].join('\n');
        for (const line of shown.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
      },
    ),
    { numRuns: 300 },
  );
});
