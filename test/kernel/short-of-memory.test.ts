/** undoom is called where memory is short: a whole live diagnosis in a cgroup of 96 MiB, by the real kernel's count. */
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, isRoot, makeCgroup, memory, root, type TestCgroup, wants } from './machine.js';

const MiB = 2 ** 20;

describeWith({ root: isRoot, 'a memory controller': memory }, 'in a cgroup of 96 MiB', () => {
  let narrow: TestCgroup;
  let shop: TestCgroup;

  beforeAll(async () => {
    narrow = makeCgroup(96 * MiB);
    shop = makeCgroup(60 * MiB);
    expect(await wants(100, shop)).toBe('killed');
  });
  afterAll(async () => {
    await shop.remove();
    await narrow.remove();
  });

  test.each([['--json'], ['--checks']])('diagnose %s ends as it does elsewhere', async (flag) => {
    const enter = `echo $$ > ${narrow.directory}/cgroup.procs; exec "$@"`;
    const command = [join(root, 'bin', 'run.js'), 'diagnose', flag];
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', enter, 'sh', ...command], { reject: false });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(shop.path);
  });
});
