/** fix and run as a person at a terminal has them: a real pseudo-terminal, real keys, the real kernel. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  describeWith,
  isRoot,
  makeCgroup,
  makeState,
  memory,
  root,
  type TestCgroup,
  undoom,
  wants,
} from './machine.js';
import { keys, type Terminal, terminal } from './terminal.js';

describeWith({ root: isRoot, 'a memory controller': memory }, 'at a terminal', () => {
  const state = makeState();
  let cgroup: TestCgroup;
  let id: string;
  const open = (...args: string[]): Terminal => terminal(join(root, 'bin', 'run.js'), args, state.env);
  const limit = () => readFileSync(cgroup.limitFile, 'utf8').trim();

  beforeAll(async () => {
    cgroup = makeCgroup(62914560);
    expect(await wants(100, cgroup)).toBe('killed');
    const { json } = await undoom(['diagnose', '--json'], { env: state.env });
    id = json.incidents.find(({ limitCgroup }: { limitCgroup: string }) => limitCgroup === cgroup.path).id;
  });
  afterAll(async () => {
    await cgroup.remove();
    state.remove();
  });

  test('choose, leave the value, decline: nothing is changed, 5', async () => {
    const screen = open('fix', '--incident', id);
    await screen.shows(/◉ Raise the memory limit/);
    screen.type(keys.enter);
    await screen.shows('Change a value?');
    screen.type(keys.enter);
    const shown = await screen.shows('Write it?');
    expect(shown).toContain(cgroup.limitFile);
    expect(shown).toMatch(/- 62914560/);
    expect(shown).toMatch(/\+ 167772160/);
    screen.type(keys.enter);
    expect(await screen.ended()).toBe(5);
    expect(limit()).toBe('62914560');
    expect(state.runs()).toEqual([]);
  });

  test('nothing chosen is declined too', async () => {
    const screen = open('fix', '--incident', id);
    await screen.shows(/◉ Raise the memory limit/);
    screen.type(keys.space);
    await screen.shows(/◯ Raise the memory limit/);
    screen.type(keys.enter);
    expect(await screen.ended()).toBe(5);
  });

  test('Ctrl-C in a prompt: 130, and nothing was changed', async () => {
    for (const question of ['What should be done?', 'Change a value?', 'Write it?']) {
      const screen = open('fix', '--incident', id);
      await screen.shows('What should be done?');
      if (question !== 'What should be done?') screen.type(keys.enter);
      if (question === 'Write it?') {
        await screen.shows('Change a value?');
        screen.type(keys.enter);
      }
      await screen.shows(question);
      screen.type(keys.interrupt);
      expect(await screen.ended(), question).toBe(130);
      expect(screen.screen()).toContain('nothing was changed');
    }
    expect(limit()).toBe('62914560');
    expect(state.runs()).toEqual([]);
  });

  test('choose, adjust, confirm: written, verified, and how to take it back', async () => {
    const screen = open('fix', '--incident', id);
    await screen.shows(/◉ Raise the memory limit/);
    screen.type(keys.enter);
    await screen.shows('Change a value?');
    screen.type('y');
    screen.type(keys.enter);
    await screen.shows(/limit\):.*160MiB/);
    screen.type('2 elephants');
    screen.type(keys.enter);
    await screen.shows(/must be a size/);
    for (let count = 0; count < 20; count++) screen.type(keys.backspace);
    screen.type('200MiB');
    screen.type(keys.enter);
    await screen.shows(/\+ 209715200/);
    screen.type('y');
    screen.type(keys.enter);
    expect(await screen.ended(), screen.screen()).toBe(0);
    expect(screen.screen()).toContain('read back');
    expect(screen.screen()).toMatch(/undoom rollback \d{8}-\d{6}/);
    expect(limit()).toBe('209715200');
    for (const line of screen.screen().split('\n')) expect(line.length).toBeLessThanOrEqual(80);

    const back = open('rollback');
    await back.shows('Take it back?');
    back.type('y');
    back.type(keys.enter);
    expect(await back.ended(), back.screen()).toBe(0);
    expect(limit()).toBe('62914560');
  });

  test('Ctrl-C half way: what had been changed is taken back, 130', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'undoom-half-way-'));
    const file = join(folder, 'many.yaml');
    const mebibytes = (step: number) => 60 + step;
    const steps = Array.from(
      { length: 90 },
      (_, step) => `  - id: raise-${step}
    title: Raise it to ${mebibytes(step + 1)} MiB
    action: cgroup.memory.limit
    with: {cgroup: ${cgroup.path}, limit: ${mebibytes(step + 1)}MiB}
    was: {limit: ${mebibytes(step)}MiB}
    risk: low
    why: to have many small steps
`,
    );
    writeFileSync(file, `undoom: 1\nname: many\ntitle: Many small steps\nsteps:\n${steps.join('')}`);
    const screen = open('run', file);
    await screen.shows('Write it?', 60);
    screen.type('y');
    screen.type(keys.enter);
    while (limit() === '62914560') await new Promise((resolve) => setTimeout(resolve, 2));
    screen.type(keys.interrupt);
    expect(await screen.ended(), screen.screen()).toBe(130);
    expect(limit()).toBe('62914560');
    const { json } = await undoom(['history', '--json'], { env: state.env });
    expect(json.runs[0]).toMatchObject({ playbook: 'many', outcome: 'interrupted', stands: false });
    const changed = json.runs[0].changes.length;
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(90);
    rmSync(folder, { recursive: true });
  });
});
