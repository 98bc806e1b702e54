/** Real sudo, as an ordinary user: without a password, with one, and refused. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWith, isRoot, makeCgroup, memory, type TestCgroup } from './machine.js';
import { type OrdinaryUser, ordinaryUser, uid } from './ordinary-user.js';
import { keys, terminal } from './terminal.js';

const hasSudo = existsSync('/usr/bin/sudo');

describeWith(
  { root: isRoot, sudo: hasSudo, 'a memory controller': memory },
  'as an ordinary user, through sudo',
  () => {
    let cgroup: TestCgroup;
    let user: OrdinaryUser;
    const raise = ['run', 'raise-cgroup-limit', '--set', 'limit=160MiB', '--set'];
    const limit = () => readFileSync(cgroup.limitFile, 'utf8').trim();
    const call = async (args: string[]) => {
      const [program, words] = user.command(args);
      const { exitCode, stdout, stderr } = await execa(program, words, { reject: false, stdin: 'ignore' });
      return { exit: exitCode, stdout, stderr };
    };

    beforeEach(() => {
      cgroup = makeCgroup(62914560);
    });
    afterEach(async () => {
      user.remove();
      await cgroup.remove();
    });

    test('with NOPASSWD: changed, journalled under the name of who asked, and taken back', async () => {
      user = ordinaryUser('ALL=(root) NOPASSWD: ALL', 'x');
      const run = await call([...raise, `cgroup=${cgroup.path}`, '--yes', '--json']);
      expect(run.exit, run.stdout + run.stderr).toBe(0);
      expect(limit()).toBe('167772160');
      const [journal] = readdirSync(user.state);
      expect(readFileSync(join(user.state, journal!), 'utf8')).toContain('"user":"operator-test"');
      expect((await call(['history'])).stdout).toContain('by operator-test');
      expect((await call(['rollback', '--yes'])).exit).toBe(0);
      expect(limit()).toBe('62914560');
    });

    test('a dry run needs no sudo', async () => {
      user = ordinaryUser(null, 'x');
      const { exit, stdout } = await call([...raise, `cgroup=${cgroup.path}`, '--dry-run', '--json']);
      expect([JSON.parse(stdout).outcome, exit]).toEqual(['pending', 0]);
    });

    test('a diagnosis needs none either: what may not be read is told, with the command that would', async () => {
      user = ordinaryUser(null, 'x');
      const { exit, stdout } = await call(['diagnose', '--json']);
      const { checks, sources, warnings } = JSON.parse(stdout);
      expect(exit).toBe(0);
      expect(checks.length).toBeGreaterThanOrEqual(9);
      if (sources.length === 0) expect(warnings.join()).toContain('sudo undoom diagnose');
    });

    test('a password that cannot be asked for: 3, and a way on', async () => {
      user = ordinaryUser('ALL=(root) ALL', 'x');
      const { exit, stderr } = await call([...raise, `cgroup=${cgroup.path}`, '--yes']);
      expect(exit).toBe(3);
      expect(stderr).toMatch(/sudo refused: .*password/);
      expect(stderr).not.toContain('    at ');
      expect(limit()).toBe('62914560');
    });

    test('not in sudoers: 3', async () => {
      user = ordinaryUser(null, 'x');
      const { exit, stderr } = await call([...raise, `cgroup=${cgroup.path}`, '--yes', '--json']);
      expect(exit, stderr).toBe(3);
      expect(limit()).toBe('62914560');
    });

    test('at a terminal sudo asks for the password, once', async () => {
      user = ordinaryUser('ALL=(root) ALL', 'correct horse');
      const screen = terminal(...user.command([...raise, `cgroup=${cgroup.path}`]));
      await screen.shows('Write it?');
      screen.type('y');
      screen.type(keys.enter);
      await screen.shows('[sudo] password for operator-test');
      screen.type('correct horse');
      screen.type(keys.enter);
      expect(await screen.ended(), screen.screen()).toBe(0);
      expect(screen.screen()).toMatch(/read back/);
      expect(screen.screen().match(/password for/g)).toHaveLength(1);
      expect(limit()).toBe('167772160');
    });

    test('a wrong password changes nothing: 3', async () => {
      user = ordinaryUser('ALL=(root) ALL', 'correct horse');
      const screen = terminal(...user.command([...raise, `cgroup=${cgroup.path}`, '--yes']));
      for (let tries = 0; tries < 3; tries++) {
        await screen.shows(new RegExp(`(?:password for[^]*){${tries + 1}}`));
        screen.type('wrong');
        screen.type(keys.enter);
      }
      expect(await screen.ended(), screen.screen()).toBe(3);
      expect(limit()).toBe('62914560');
    });

    test('nothing of the caller’s environment reaches root', async () => {
      user = ordinaryUser('ALL=(root) NOPASSWD: ALL', 'x');
      const sprung = join(user.home, 'sprung');
      const trap = join(user.home, 'trap.cjs');
      writeFileSync(trap, `require('node:fs').appendFileSync('${sprung}', process.geteuid() + ' ')`);
      const env = { NODE_OPTIONS: `--require=${trap}`, UNDOOM_STATE_DIR: user.home };
      const [program, words] = user.command([...raise, `cgroup=${cgroup.path}`, '--yes'], env);
      const { exitCode, stderr } = await execa(program, words, { reject: false, stdin: 'ignore' });
      expect(exitCode, stderr).toBe(0);
      expect(limit()).toBe('167772160');
      // it was sprung, as the one who called; and never as root
      expect(new Set(readFileSync(sprung, 'utf8').trim().split(' '))).toEqual(new Set([String(uid)]));
      expect(existsSync(join(user.home, 'runs'))).toBe(false);
    });
  },
);
