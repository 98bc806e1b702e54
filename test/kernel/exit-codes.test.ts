/** Every exit code of the interface, on the CLI as it is installed, with and without --json. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWith, isRoot, makeCgroup, makeState, memory, root, type TestCgroup, undoom } from './machine.js';
import { keys, terminal } from './terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'undoom-exit-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const seed = join(root, 'test', 'fixtures', 'reports', 'seed-1-cgroup.log');

describe('a wrong call is 2, one sentence, and no trace', () => {
  test.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown flag', ['diagnose', '--frobnicate']],
    ['a flag without its value', ['diagnose', '--log']],
    ['a log that is not there', ['diagnose', '--log', '/nowhere/kern.log']],
    ['an unknown time', ['diagnose', '--since', 'whenever it was']],
    ['a copy that is not there', ['diagnose', '--root', '/nowhere']],
    ['an unknown incident', ['fix', '--log', seed, '--incident', 'ffffffff', '--dry-run']],
    ['a playbook that is not there', ['run', '/nowhere/raise.yaml']],
    ['a broken playbook', ['run', file('broken.yaml', 'undoom: 1\nsteps: [')]],
    ['an unknown parameter', ['run', 'compact-memory', '--set', 'frob=1']],
    ['a missing parameter', ['run', 'raise-cgroup-limit']],
    ['an unknown run', ['rollback', '19700101']],
    ['an unknown run to look at', ['history', '19700101']],
    ['an unknown risk', ['run', 'compact-memory', '--max-risk', 'none']],
    ['a playbook to validate', ['playbook', 'validate', file('empty.yaml', '')]],
  ])('%s', async (_, args) => {
    const plain = await undoom(args);
    expect(plain.exit, plain.stderr).toBe(2);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).not.toMatch(/\n\s+at |node:internal/);
    expect(plain.stderr.trim()).not.toBe('');
    const json = await undoom([...args, '--json']);
    expect(json.exit, json.stdout + json.stderr).toBe(2);
    expect(json.json.error).toMatchObject({ code: expect.stringMatching(/^call/), message: expect.any(String) });
  });
});

describe('10, only where it was asked for', () => {
  test('incidents were found', async () => {
    expect((await undoom(['diagnose', seed])).exit).toBe(0);
    expect((await undoom(['diagnose', seed, '--detailed-exitcode'])).exit).toBe(10);
    expect((await undoom(['diagnose', seed, '--detailed-exitcode', '--json'])).exit).toBe(10);
  });
  test('none were', async () => {
    const quiet = file('quiet.log', '[    1.000000] Linux version 6.1.0\n');
    const { exit, json } = await undoom(['diagnose', quiet, '--detailed-exitcode', '--json']);
    expect([exit, json.incidents]).toEqual([0, []]);
    expect((await undoom(['fix', '--log', quiet, '--yes'])).exit).toBe(0);
  });
});

test('help, with examples, for every command', async () => {
  for (const command of [
    [],
    ['diagnose'],
    ['fix'],
    ['run'],
    ['rollback'],
    ['history'],
    ['snapshot'],
    ['playbook', 'list'],
    ['playbook', 'show'],
    ['playbook', 'validate'],
  ]) {
    const { exit, stdout } = await undoom([...command, '--help']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(command.length === 0 ? /COMMANDS/ : /EXAMPLES/);
  }
});

describe('on a Node that is too old', () => {
  // what an old Node says of itself; the parts of run.js that come before any newer syntax are really run
  const old = `--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})`;

  test('the checkout starts itself on its own', async () => {
    const other = join(folder, 'node');
    cpSync(process.execPath, other);
    const { exitCode, stdout } = await execa(other, [old, join(root, 'bin', 'run.js'), 'playbook', 'list', '--json'], {
      reject: false,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).playbooks).toHaveLength(readdirSync(join(root, 'playbooks')).length);
  });

  test('where it has none, a sentence tells which one is needed', async () => {
    mkdirSync(join(folder, 'bin'));
    cpSync(join(root, 'bin', 'run.js'), join(folder, 'bin', 'run.cjs'));
    const { exitCode, stderr } = await execa('node', [old, join(folder, 'bin', 'run.cjs'), 'diagnose'], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^undoom needs Node 22\.15 or newer, and this is 18\.20\.4\..*\n?$/);
  });
});

describeWith({ root: isRoot, 'a memory controller': memory }, 'what a run ends with', () => {
  const state = makeState();
  let cgroup: TestCgroup;
  let other: TestCgroup;
  beforeEach(() => {
    cgroup = makeCgroup(62914560);
    other = makeCgroup(62914560);
  });
  afterEach(async () => {
    await cgroup.remove();
    await other.remove();
    state.remove();
  });
  const raise = (...more: string[]) => [
    'run',
    'raise-cgroup-limit',
    '--set',
    `cgroup=${cgroup.path}`,
    '--set',
    'limit=100MiB',
    ...more,
  ];
  const both = async (args: string[], env = state.env) => {
    const [plain, json] = [await undoom(args, { env }), await undoom([...args, '--json'], { env })];
    return [plain.exit, json.exit];
  };

  test('0: changed, then nothing left to change', async () => {
    expect(await both(raise('--yes'))).toEqual([0, 0]);
  });
  test('10: changes are pending', async () => {
    expect(await both(raise('--dry-run', '--detailed-exitcode'))).toEqual([10, 10]);
    expect(await both(raise('--dry-run'))).toEqual([0, 0]);
  });
  test('1: something failed, and no change was left behind', async () => {
    const blocked = { UNDOOM_STATE_DIR: file('not-a-folder', '') };
    expect(await both(raise('--yes'), blocked)).toEqual([1, 1]);
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
  });
  test('3: it would have had to ask', async () => {
    expect(await both(raise())).toEqual([3, 3]);
    const { stderr } = await undoom(raise(), { env: state.env });
    expect(stderr).toContain('--yes');
  });
  test('3: a guard refused', async () => {
    const args = ['run', 'raise-cgroup-limit', '--set', `cgroup=${cgroup.path}`, '--set', 'limit=900TiB', '--yes'];
    expect(await both(args)).toEqual([3, 3]);
  });
  test('5: declined', async () => {
    const screen = terminal(join(root, 'bin', 'run.js'), raise(), state.env);
    await screen.shows('Write it?');
    screen.type(`n${keys.enter}`);
    expect(await screen.ended()).toBe(5);
  });

  const manySteps = () => {
    const step = (id: string, path: string, from: number) => `  - id: ${id}
    title: Raise ${path}
    action: cgroup.memory.limit
    with: {cgroup: ${path}, limit: ${from + 1}MiB}
    was: {limit: ${from}MiB}
    risk: low
    why: to have many small steps
`;
    const steps = [
      step('first', other.path, 60),
      ...Array.from({ length: 90 }, (_, index) => step(`raise-${index}`, cgroup.path, 60 + index)),
    ];
    return file('many.yaml', `undoom: 1\nname: many\ntitle: Many small steps\nsteps:\n${steps.join('')}`);
  };
  test('130: interrupted, and taken back', async () => {
    const child = await started();
    child.process.kill('SIGINT');
    const { exitCode, stdout } = await child.process;
    expect([exitCode, JSON.parse(String(stdout)).outcome]).toEqual([130, 'interrupted']);
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
    expect(readFileSync(other.limitFile, 'utf8')).toBe('62914560\n');
  });

  test('4: some changes stand that should not, since somebody else has changed them too', async () => {
    const child = await started();
    writeFileSync(other.limitFile, '83886080');
    child.process.kill('SIGINT');
    const { exitCode, stdout } = await child.process;
    expect([exitCode, JSON.parse(String(stdout)).outcome]).toEqual([4, 'stuck']);
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
    expect(readFileSync(other.limitFile, 'utf8')).toBe('83886080\n');
  });

  test('1: the disk of the journal is full half way: what had been changed is taken back', async () => {
    const small = join(folder, 'small');
    mkdirSync(small);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    try {
      const args = ['run', manySteps(), '--yes', '--json'];
      const { exit, json } = await undoom(args, { env: { UNDOOM_STATE_DIR: small } });
      expect([exit, json.outcome, json.error.code]).toEqual([1, 'failed', 'failed.journal']);
      expect(json.steps.filter(({ status }: { status: string }) => status === 'rolled-back').length).toBeGreaterThan(2);
      expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
      expect(readFileSync(other.limitFile, 'utf8')).toBe('62914560\n');
    } finally {
      await execa('umount', [small]);
    }
  });

  test('3: another run holds the lock, and it is told which', async () => {
    const child = await started();
    const second = await undoom(['run', 'compact-memory', '--yes', '--max-risk', 'medium', '--json'], {
      env: state.env,
    });
    child.process.kill('SIGINT');
    await child.process;
    expect([second.exit, second.json.error.code]).toEqual([3, 'guard.lock']);
    expect(second.json.error.message).toMatch(/run \d{8}-\d{6}-[0-9a-f]{4} \(many\) of \w+, process \d+, since/);
  });

  test('killed outright, the run takes itself back', async () => {
    const child = await started();
    child.process.kill('SIGKILL');
    await child.process;
    for (let tries = 0; tries < 500 && readFileSync(cgroup.limitFile, 'utf8') !== '62914560\n'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
    const { json } = await undoom(['history', '--json'], { env: state.env });
    expect(json.runs[0]).toMatchObject({ outcome: 'interrupted', stands: false });
  });

  test('4: the part that runs as root killed outright; rollback finishes what it left', async () => {
    const child = await started();
    const { stdout: pid } = await execa('pgrep', ['-P', String(child.process.pid), '-f', 'dist/helper.cjs']);
    process.kill(Number(pid), 'SIGKILL');
    const { exitCode, stdout } = await child.process;
    const ended = JSON.parse(String(stdout));
    expect([exitCode, ended.outcome, ended.error.hint]).toEqual([4, 'stuck', `undoom rollback ${ended.run}`]);
    expect(readFileSync(cgroup.limitFile, 'utf8')).not.toBe('62914560\n');
    const back = await undoom(['rollback', '--yes', '--json'], { env: state.env });
    expect([back.json.outcome, back.exit], back.stdout).toEqual(['rolled-back', 0]);
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
    expect(readFileSync(other.limitFile, 'utf8')).toBe('62914560\n');
  });

  /** a promise of execa's would be awaited to its end */
  async function started() {
    const child = execa(join(root, 'bin', 'run.js'), ['run', manySteps(), '--yes', '--json'], {
      env: state.env,
      reject: false,
      stdin: 'ignore',
    });
    while (readFileSync(cgroup.limitFile, 'utf8') === '62914560\n')
      await new Promise((resolve) => setTimeout(resolve, 2));
    return { process: child };
  }
});
