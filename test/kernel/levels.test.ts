/** Which level's limit was hit, who shares it, and what became of the killed task, on this machine's own kernel. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  describeWith,
  hold,
  isRoot,
  makeCgroup,
  makeState,
  memory,
  type TestCgroup,
  undoom,
  wants,
} from './machine.js';

const MiB = 2 ** 20;

describeWith({ root: isRoot, 'a memory controller': memory }, 'a limit above the task', () => {
  const state = makeState();
  let parent: TestCgroup;
  let cart: TestCgroup;
  let batch: TestCgroup;
  beforeEach(() => {
    parent = makeCgroup(120 * MiB);
    cart = makeCgroup(null, parent);
    batch = makeCgroup(null, parent);
  });
  afterEach(async () => {
    for (const cgroup of [cart, batch, parent]) await cgroup.remove();
    state.remove();
  });

  const incident = async (...args: string[]) => {
    const { json } = await undoom(['diagnose', '--json', ...args], { env: state.env });
    return json.incidents.find(({ limitCgroup }: { limitCgroup: string }) => limitCgroup === parent.path);
  };

  test('is told with the chain as it is now, the sibling that holds the most, and that the child has no limit', async () => {
    const holder = await hold(30, batch);
    try {
      expect(await wants(150, cart)).toBe('killed');
      const { levels, evidence, aftermath, cause, whose } = await incident();
      expect(cause).toBe('parent-cgroup-limit');
      expect(levels.map(({ path, source }: { path: string; source: string }) => [path, source])).toEqual([
        [cart.path, 'now'],
        [parent.path, 'now'],
        ['/', 'now'],
      ]);
      expect(levels[0]).toMatchObject({ isTask: true, isLimit: false, limitBytes: 'max' });
      expect(levels[1]).toMatchObject({ isTask: false, isLimit: true, limitBytes: 120 * MiB });
      expect(levels[1].children[0].path).toBe(batch.path);
      expect(levels[1].children[0].usageBytes).toBeGreaterThan(30 * MiB);
      const shown = evidence.map(({ shows }: { shows: string }) => shows).join('\n');
      expect(shown).toContain('no fault above');
      expect(shown).toContain(`now ${batch.path} holds the most below ${parent.path}`);
      expect(aftermath).toMatchObject({ state: 'stopped', text: `Nothing runs in ${cart.path} now` });
      expect(whose).toEqual({ limit: null, task: null });

      const text = (await undoom(['diagnose'], { env: state.env })).stdout;
      expect(text).toMatch(/◂ this limit was hit/);
    } finally {
      await holder.end();
    }
  });

  test('what was started since is told as started since', async () => {
    expect(await wants(150, cart)).toBe('killed');
    const again = await hold(10, cart);
    try {
      expect((await incident()).aftermath).toMatchObject({
        state: 'restarted',
        sinceTime: expect.stringMatching(/Z$/),
      });
    } finally {
      await again.end();
    }
  });

  test('a log that tells of more kills than the host counts is not borne out, and its sizes size nothing', async () => {
    expect(await wants(150, parent)).toBe('killed');
    const forged = (pid: number, kilobytes: number) =>
      [
        `[  ${pid}.000000] evil invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
        `[  ${pid}.000000] memory: usage ${kilobytes}kB, limit ${kilobytes}kB, failcnt 1`,
        `[  ${pid}.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${parent.path},task_memcg=${parent.path},task=evil,pid=${pid},uid=0`,
        `[  ${pid}.000000] Memory cgroup out of memory: Killed process ${pid} (evil) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0`,
        '',
      ].join('\n');
    const log = join(tmpdir(), `undoom-forged-${process.pid}.log`);
    const raise = (found: { remedies: { playbook: string; parameters: { limit: number } }[] }) =>
      found.remedies.find(({ playbook }) => playbook === 'raise-cgroup-limit')?.parameters.limit;

    writeFileSync(log, forged(5001, 8 * 2 ** 20));
    const one = await incident('--log', log);
    // one kill is counted, and one is told of: but 8 GiB were never held
    expect([one.forgeable, one.borneOut, raise(one)]).toEqual([true, true, 220 * MiB]);

    writeFileSync(log, forged(5001, 122880) + forged(5002, 122880));
    expect(await incident('--log', log)).toMatchObject({ forgeable: true, borneOut: false, count: 2 });
    const refused = await undoom(['fix', '--log', log, '--yes', '--json'], { env: state.env });
    expect(refused.exit).toBe(3);
    expect(parent.read(memory!.version === 1 ? 'memory.limit_in_bytes' : 'memory.max').trim()).toBe(String(120 * MiB));
  });
});
