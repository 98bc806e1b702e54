/** The story of a kill, against this machine's own kernel: whom it chose, and how the cgroup's memory was used. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeWith, hold, isRoot, makeCgroup, makeState, memory, undoom, wants } from './machine.js';

const MiB = 2 ** 20;

describeWith({ root: isRoot, 'a memory controller': memory }, 'the story of a kill', () => {
  test('the score worked out anew names the victim that its oom_score_adj put forward, and who would have been instead', async () => {
    const state = makeState();
    const cgroup = makeCgroup(300 * MiB);
    const { child } = await hold(40, cgroup);
    try {
      // to lower it takes more than root of a container
      writeFileSync(`/proc/${child.pid}/oom_score_adj`, '900');
      expect(await wants(270, cgroup)).toBe('lives');
      const { json } = await undoom(['diagnose', '--json'], { env: state.env });
      const incident = json.incidents.find(({ limitCgroup }: { limitCgroup: string }) => limitCgroup === cgroup.path);
      const { choice, balance, holders } = incident;
      expect(choice).toMatchObject({ agrees: true, victim: { pid: child.pid }, shielded: [] });
      expect(choice.ranking[0]).toMatchObject({ pid: child.pid, oomScoreAdj: 900, note: 'killed' });
      expect(choice.withoutAdjustments.comm).toBe('tail');
      expect(choice.withoutAdjustments.bytes).toBeGreaterThan(choice.ranking[0].bytes);

      expect(balance).toMatchObject({ of: 'cgroup', totalBytes: incident.usageBytes });
      expect(balance.parts.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)).toBe(
        balance.totalBytes,
      );
      expect(balance.parts[0].name).toBe('anonymous');
      // most of a cgroup's memory has a counter: what is left are pages that each CPU charged ahead
      const rest = balance.parts.find(({ name }: { name: string }) => name === 'unaccounted')?.bytes ?? 0;
      expect(rest / balance.totalBytes).toBeLessThan(0.1);
      expect(holders.find(({ pid }: { pid: number | null }) => pid === child.pid).killed).toBe(true);

      const now = json.balanceNow;
      expect(now.parts.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)).toBe(now.totalBytes);
    } finally {
      child.kill('SIGKILL');
      await cgroup.remove();
      state.remove();
    }
  });
});
