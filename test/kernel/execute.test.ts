/** The execution of a run, driven step by step, through the real side that runs as root. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dryRun, execute, type Follow } from '../../src/execution/run.js';
import { builtIn } from '../../src/playbook/built-ins.js';
import { fillTemplate } from '../../src/playbook/template.js';
import { describeWith, isRoot, makeCgroup, makeState, memory, type TestCgroup } from './machine.js';

describeWith({ root: isRoot, 'a memory controller': memory }, 'a run', () => {
  const state = makeState();
  let cgroup: TestCgroup;
  const limit = () => readFileSync(cgroup.limitFile, 'utf8').trim();
  const preview = () => dryRun(fillTemplate(builtIn('raise-cgroup-limit'), { cgroup: cgroup.path, limit: '100MiB' }));
  const execution = (follow: Follow, signal = new AbortController().signal) =>
    execute(preview(), { mayAsk: false, follow, signal });
  beforeEach(() => {
    Object.assign(process.env, state.env);
    cgroup = makeCgroup(62914560);
  });
  afterEach(async () => {
    delete process.env.UNDOOM_STATE_DIR;
    await cgroup.remove();
    state.remove();
  });

  test('interrupted in its last step, it is taken back all the same', async () => {
    const controller = new AbortController();
    const result = await execution(async (steps, runStep) => {
      for (const { id } of steps) await runStep(id);
      expect(limit()).toBe('104857600');
      controller.abort();
    }, controller.signal);
    expect(result).toMatchObject({ outcome: 'interrupted', steps: [{ status: 'rolled-back' }] });
    expect(limit()).toBe('62914560');
  });

  test('interrupted before its first step, nothing is changed', async () => {
    const result = await execution(async () => {}, AbortSignal.abort());
    expect(result).toMatchObject({ outcome: 'interrupted', run: null });
    expect(limit()).toBe('62914560');
  });

  test('where somebody changes the value between preview and write, nothing is written over it', async () => {
    const shown = preview();
    cgroup.write(memory!.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', '73400320');
    const result = await execute(shown, {
      mayAsk: false,
      signal: new AbortController().signal,
      follow: async () => {},
    });
    expect(result).toMatchObject({ outcome: 'refused', error: { code: 'guard.drift' } });
    expect(limit()).toBe('73400320');
  });

  test('what shows the steps may fail: the run is taken back, and the failure is told', async () => {
    const failing = execution(async (steps, runStep) => {
      await runStep(steps[0]!.id);
      throw new Error('the screen broke');
    });
    await expect(failing).rejects.toThrow('the screen broke');
    // one step only: the run was finished when the screen broke, and stands
    expect(limit()).toBe('104857600');
  });
});
