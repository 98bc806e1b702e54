/** Causes and cures on this machine's own kernel: killed, diagnosed, fixed, survived, taken back to the byte. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cpuset,
  describeWith,
  hold,
  isRoot,
  makeCgroup,
  makeState,
  memory,
  root,
  type TestCgroup,
  undoom,
  wants,
} from './machine.js';

describeWith({ root: isRoot, 'a memory controller': memory }, 'the limit of a parent', () => {
  const state = makeState();
  let parent: TestCgroup;
  let child: TestCgroup;
  beforeEach(() => {
    parent = makeCgroup(62914560);
    child = makeCgroup(209715200, parent);
  });
  afterEach(async () => {
    await child.remove();
    await parent.remove();
    state.remove();
  });

  test('killed, diagnosed, fixed, survived, rolled back, killed again', async () => {
    expect(await wants(100, child)).toBe('killed');
    const { json } = await undoom(['diagnose', '--json'], { env: state.env });
    const incident = json.incidents.find(({ limitCgroup }: { limitCgroup: string }) => limitCgroup === parent.path);
    expect(incident).toMatchObject({ cause: 'parent-cgroup-limit', confidence: 'high', taskCgroup: child.path });
    expect(incident.remedies[0]).toMatchObject({ playbook: 'raise-parent-cgroup-limit', risk: 'low' });

    const before = readFileSync(parent.limitFile, 'utf8');
    const fixed = await undoom(['fix', '--incident', incident.id, '--yes', '--json'], { env: state.env });
    expect([fixed.json.outcome, fixed.exit]).toEqual(['changed', 0]);
    expect(await wants(100, child)).toBe('lives');

    const back = await undoom(['rollback', '--yes', '--json'], { env: state.env });
    expect([back.json.outcome, back.exit]).toEqual(['rolled-back', 0]);
    expect(readFileSync(parent.limitFile, 'utf8')).toBe(before);
    expect(await wants(100, child)).toBe('killed');
  });

  test('a limit above the parent’s is refused: it would change nothing', async () => {
    const args = [
      'run',
      'raise-cgroup-limit',
      '--set',
      `cgroup=${child.path}`,
      '--set',
      'limit=300MiB',
      '--yes',
      '--json',
    ];
    const { json, exit } = await undoom(args, { env: state.env });
    expect([json.error.code, exit]).toEqual(['guard.ancestors', 3]);
    expect(json.error.message).toContain(parent.path);
  });
});

describeWith({ root: isRoot, 'a memory controller': memory }, 'taking back', () => {
  const state = makeState();
  let cgroup: TestCgroup;
  beforeEach(() => {
    cgroup = makeCgroup(62914560);
  });
  afterEach(async () => {
    await cgroup.remove();
    state.remove();
  });

  test('a limit is not lowered below what is held; the command to do it all the same is told', async () => {
    const raise = ['run', 'raise-cgroup-limit', '--set', `cgroup=${cgroup.path}`, '--set', 'limit=300MiB', '--yes'];
    expect((await undoom(raise, { env: state.env })).exit).toBe(0);
    const task = await hold(100, cgroup);
    try {
      const { json, exit } = await undoom(['rollback', '--yes', '--json'], { env: state.env });
      expect([json.outcome, json.error.code, exit]).toEqual(['refused', 'guard.held', 3]);
      expect(json.error.hint).toContain(cgroup.limitFile);
    } finally {
      await task.end();
    }
    expect((await undoom(['rollback', '--yes'], { env: state.env })).exit).toBe(0);
    expect(readFileSync(cgroup.limitFile, 'utf8')).toBe('62914560\n');
  });

  test('a cgroup that is gone has nothing to take back: 0, and told', async () => {
    const other = makeCgroup(62914560);
    const raise = ['run', 'raise-cgroup-limit', '--set', `cgroup=${other.path}`, '--set', 'limit=100MiB', '--yes'];
    expect((await undoom(raise, { env: state.env })).exit).toBe(0);
    await other.remove();
    const { json, exit } = await undoom(['rollback', '--yes', '--json'], { env: state.env });
    expect([json.outcome, json.steps[0].status, exit]).toEqual(['rolled-back', 'skipped', 0]);
  });
});

describeWith({ root: isRoot, 'a cpuset controller on v1': cpuset?.version === 1 }, 'the nodes of a cpuset', () => {
  const state = makeState();
  const path = `/undoom-test-nodes-${process.pid}`;
  const directory = join(cpuset!.point, path);
  const mems = () => readFileSync(join(directory, 'cpuset.mems'), 'utf8');
  afterAll(() => {
    rmdirSync(join(directory, 'deep'));
    rmdirSync(directory);
    state.remove();
  });

  test('widened from the highest ancestor down, and taken back', async () => {
    mkdirSync(join(directory, 'deep'), { recursive: true });
    const args = [
      'run',
      'widen-memory-nodes',
      '--set',
      `cgroup=${path}/deep`,
      '--set',
      'nodes=0',
      '--yes',
      '--max-risk',
      'medium',
      '--json',
    ];
    const { json, exit, stderr } = await undoom(args, { env: state.env });
    expect([json?.outcome, exit], stderr).toEqual(['changed', 0]);
    expect(json.steps[0].changes.map((change: { path: string }) => change.path)).toEqual([
      join(directory, 'cpuset.mems'),
      join(directory, 'deep', 'cpuset.mems'),
    ]);
    expect(mems()).toBe('0\n');
    expect((await undoom(['rollback', '--yes'], { env: state.env })).exit).toBe(0);
    expect(mems()).toBe('\n');
  });

  test('a node that is not there is refused', async () => {
    const args = [
      'run',
      'widen-memory-nodes',
      '--set',
      `cgroup=${path}/deep`,
      '--set',
      'nodes=77',
      '--yes',
      '--max-risk',
      'medium',
      '--json',
    ];
    const { json, exit } = await undoom(args, { env: state.env });
    expect([json.outcome, exit]).toEqual(['refused', 3]);
  });
});

const thp = '/sys/kernel/mm/transparent_hugepage';
describeWith(
  { root: isRoot, 'transparent huge pages': existsSync(thp) },
  'knobs of the host, changed and put back',
  () => {
    const state = makeState();
    const minimum = '/proc/sys/vm/min_free_kbytes';
    afterAll(() => state.remove());

    test('transparent huge pages, with the min_free_kbytes that the kernel computes anew', async () => {
      const read = () => [`${thp}/enabled`, `${thp}/defrag`, minimum].map((path) => readFileSync(path, 'utf8'));
      const before = read();
      const wanted = before[0]!.includes('[madvise]') ? 'never' : 'madvise';
      const args = [
        'run',
        'tune-transparent-huge-pages',
        '--set',
        `enabled=${wanted}`,
        '--set',
        'defrag=never',
        '--yes',
        '--max-risk',
        'medium',
        '--json',
      ];
      try {
        const { json, exit, stderr } = await undoom(args, { env: state.env });
        expect([json?.outcome, exit], stderr).toEqual(['changed', 0]);
        expect(readFileSync(`${thp}/enabled`, 'utf8')).toContain(`[${wanted}]`);
      } finally {
        expect((await undoom(['rollback', '--yes'], { env: state.env })).exit).toBe(0);
      }
      expect(read()).toEqual(before);
    });

    test('a sysctl, and out of its bounds', async () => {
      const before = Number(readFileSync(minimum, 'utf8'));
      const args = (kilobytes: number) => [
        'run',
        'prevent-fragmentation',
        '--set',
        `min_free_kbytes=${kilobytes}`,
        '--yes',
        '--max-risk',
        'medium',
        '--json',
      ];
      const refused = await undoom(args(2 ** 40), { env: state.env });
      expect([2, 3]).toContain(refused.exit);
      try {
        const { json, exit, stderr } = await undoom(args(before + 1024), { env: state.env });
        expect([json?.outcome, exit], stderr).toEqual(['changed', 0]);
        expect(Number(readFileSync(minimum, 'utf8'))).toBe(before + 1024);
      } finally {
        await undoom(['rollback', '--yes'], { env: state.env });
      }
      expect(Number(readFileSync(minimum, 'utf8'))).toBe(before);
    });
  },
);

describe('snapshots', () => {
  const folder = mkdtempSync(join(tmpdir(), 'undoom-snapshot-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('one taken here gives the same incidents and checks anywhere', async () => {
    const file = join(folder, 'here.snapshot');
    // other tests make kills of their own meanwhile
    const until = ['--until', new Date(Date.now() - 2000).toISOString()];
    const live = await undoom(['diagnose', ...until, '--json']);
    expect((await undoom(['snapshot', file])).exit).toBe(0);
    const again = await undoom(['diagnose', file, ...until, '--json']);
    expect(again.exit).toBe(0);
    const facts = (json: { incidents: { id: string; cause: string; summary: string; reportIds: string[] }[] }) =>
      json.incidents.map(({ id, cause, summary, reportIds }) => ({ id, cause, summary, reportIds }));
    expect(facts(again.json)).toEqual(facts(live.json));
    const ids = (json: { checks: { id: string }[] }) => json.checks.map(({ id }) => id);
    expect(ids(again.json)).toEqual(ids(live.json));
    const twice = await undoom(['diagnose', file, ...until, '--json']);
    expect(twice.stdout).toBe(again.stdout);
  });

  test('one on standard input, and a log there all the same', async () => {
    const { stdout } = await undoom(['snapshot']);
    const piped = await undoom(['diagnose', '-', '--json'], { input: stdout });
    expect([piped.exit, piped.json.checks.length > 0]).toEqual([0, true]);
    const seed = readFileSync(join(root, 'test', 'fixtures', 'reports', 'seed-1-cgroup.log'), 'utf8');
    const log = await undoom(['diagnose', '-', '--json'], { input: seed });
    expect([log.exit, log.json.incidents[0].cause, log.json.sources[0].kind]).toEqual([0, 'cgroup-limit', 'stdin']);
    const nothing = await undoom(['diagnose', '-', '--json'], { input: '' });
    expect([nothing.exit, nothing.json.incidents]).toEqual([0, []]);
    const damaged = stdout.replace(/"message":"[^"]*"/, '"message":5');
    expect((await undoom(['diagnose', '-'], { input: damaged })).exit).toBe(2);
  });

  test('a broken one is a sentence and 2', async () => {
    const file = join(folder, 'broken.snapshot');
    writeFileSync(file, '{"schema":"undoom/snapshot/1","log":[');
    const { exit, stderr } = await undoom(['diagnose', file]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/no snapshot/);
  });
});

describe('a log of another host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'undoom-elsewhere-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'web-7.log');
  const plan = join(folder, 'web-7.yaml');

  test('is diagnosed, and saved for; nothing of it is run here', async () => {
    const lines = readFileSync(join(root, 'test', 'fixtures', 'reports', 'linux-6.18-dmesg.log'), 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\[ *([\d.]+)\] /, 'Nov 23 10:00:00 web-7 kernel: [ $1] '));
    writeFileSync(log, lines.join('\n'));
    const { json } = await undoom(['diagnose', log, '--json']);
    expect(json.host).toBeNull();
    expect(json.checks).toEqual([]);
    const { id } = json.incidents.find(({ cause }: { cause: string }) => cause === 'cgroup-limit');
    const args = ['fix', '--log', log, '--incident', id];
    expect((await undoom([...args, '--save', plan])).exit).toBe(0);
    expect(readFileSync(plan, 'utf8')).toContain('host: {name: web-7');
    const run = await undoom(['run', plan, '--yes', '--json']);
    expect([run.exit, run.json.error.code]).toEqual([3, 'guard.host']);
    expect((await undoom([...args, '--yes'])).exit).toBe(3);
  });
});
