/** The worked session of the interface (docs/interface.md), call by call, on this machine's own kernel. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, isRoot, makeCgroup, makeState, memory, type TestCgroup, undoom, wants } from './machine.js';

describeWith({ root: isRoot, 'a memory controller': memory }, 'one session, worked', () => {
  const state = makeState();
  const folder = mkdtempSync(join(tmpdir(), 'undoom-session-'));
  const file = join(folder, 'raise.yaml');
  let shop: TestCgroup;
  let id: string;
  const call = (...args: string[]) => undoom(args, { env: state.env });
  const limit = () => readFileSync(shop.limitFile, 'utf8').trim();

  beforeAll(async () => {
    shop = makeCgroup(62914560);
    expect(await wants(100, shop)).toBe('killed');
  });
  afterAll(async () => {
    await shop.remove();
    state.remove();
    rmSync(folder, { recursive: true });
  });

  test('diagnose: one incident, its cause, its first remedy', async () => {
    const { json, exit } = await call('diagnose', '--json');
    expect(exit).toBe(0);
    const own = json.incidents.filter((incident: { limitCgroup: string }) => incident.limitCgroup === shop.path);
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({ cause: 'cgroup-limit', confidence: 'high', limitBytes: 62914560, borneOut: true });
    expect(own[0].victims[0].comm).toBe('tail');
    expect(own[0].remedies[0]).toMatchObject({
      playbook: 'raise-cgroup-limit',
      risk: 'low',
      parameters: { cgroup: shop.path, limit: 167772160 },
    });
    id = own[0].id;
  });

  test('a dry run shows the one change and makes none', async () => {
    const { json, exit } = await call('fix', '--incident', id, '--dry-run', '--yes', '--detailed-exitcode', '--json');
    expect(json.outcome).toBe('pending');
    expect(exit).toBe(10);
    const changes = json.steps.flatMap((step: { changes: unknown[] }) => step.changes);
    expect(changes.at(-1)).toMatchObject({ kind: 'write', path: shop.limitFile, after: '167772160' });
    expect(changes.find((change: { path: string }) => change.path === shop.limitFile).before).toBe('62914560');
    expect(limit()).toBe('62914560');
    expect(state.runs()).toEqual([]);
  });

  test('saved for review', async () => {
    const { exit, stdout } = await call('fix', '--incident', id, '--save', file);
    expect(exit, stdout).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/limit: 160MiB[\s\S]*was: \{limit: 60MiB/);
    expect((await call('playbook', 'validate', file)).exit).toBe(0);
    expect(limit()).toBe('62914560');
  });

  test('run: changed, and the task lives', async () => {
    const { json, exit } = await call('run', file, '--yes', '--json');
    expect(json).toMatchObject({ outcome: 'changed', steps: [{ status: 'changed', verified: { ok: true } }] });
    expect(exit).toBe(0);
    expect(limit()).toBe('167772160');
    expect(await wants(100, shop)).toBe('lives');
  });

  test('the same again: unchanged', async () => {
    const { json, exit } = await call('run', file, '--yes', '--json');
    expect([json.outcome, exit]).toEqual(['unchanged', 0]);
  });

  test('changed by hand: refused, and says what was and is', async () => {
    writeFileSync(shop.limitFile, '1G');
    const { json, exit } = await call('run', file, '--yes', '--json');
    expect([json.outcome, json.error.code, exit]).toEqual(['refused', 'guard.drift', 3]);
    expect(json.error.message).toContain('was 60 MiB, is now 1 GiB');
    const back = await call('rollback', '--yes', '--json');
    expect([back.json.outcome, back.exit]).toEqual(['refused', 3]);
    expect(back.json.error.hint).toContain(`sudo tee ${shop.limitFile}`);
    expect(limit()).toBe('1073741824');
  });

  test('rollback to the byte, once', async () => {
    writeFileSync(shop.limitFile, '167772160');
    const back = await call('rollback', '--yes', '--json');
    expect([back.json.outcome, back.exit]).toEqual(['rolled-back', 0]);
    expect(limit()).toBe('62914560');
    const again = await call('rollback', '--yes', '--json');
    expect([again.json.outcome, again.exit]).toEqual(['unchanged', 0]);
  });

  test('used once', async () => {
    const { json, exit } = await call('run', file, '--yes', '--json');
    expect([json.outcome, json.error.code, exit]).toEqual(['refused', 'guard.used', 3]);
    expect(limit()).toBe('62914560');
    expect(await wants(100, shop)).toBe('killed');
  });

  test('a path of its own is refused with its line', async () => {
    const hostile = join(folder, 'hostile.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(hostile, text.replaceAll(`cgroup: ${shop.path}`, 'cgroup: /../etc'));
    const line = text.split('\n').findIndex((one) => one.includes('with:')) + 1;
    const { stderr, exit } = await call('run', hostile, '--yes');
    expect(exit).toBe(2);
    expect(stderr).toContain(`line ${line}`);
  });

  test('compaction is medium risk: refused, then allowed', async () => {
    const refused = await call('run', 'compact-memory', '--yes', '--json');
    expect([refused.json.outcome, refused.json.error.code, refused.exit]).toEqual(['refused', 'guard.risk', 3]);
    const done = await call('run', 'compact-memory', '--yes', '--max-risk', 'medium', '--json');
    expect([done.json.outcome, done.exit]).toEqual(['changed', 0]);
    expect(done.json.steps[0].verified.text).toMatch(/order/);
  });

  test('history tells all of it', async () => {
    const { json } = await call('history', '--json');
    expect(json.runs.map(({ playbook, stands }: { playbook: string; stands: boolean }) => [playbook, stands])).toEqual([
      ['compact-memory', false],
      ['raise-cgroup-limit', false],
    ]);
  });
});
