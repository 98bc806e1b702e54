import { expect, test } from 'vitest';
import { systemdReexec } from '../../src/actions/systemd-reexec.js';
import { type Files, hostOf, planOn, v2Files } from './hosts.js';

const init = (comm: string, kilobytes: number): Files => ({
  '/proc/1/comm': `${comm}\n`,
  '/proc/1/status': `Name:\t${comm}\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\nPPid:\t0\nUid:\t0\t0\t0\t0\nRssAnon:\t${kilobytes} kB\nRssFile:\t0 kB\nRssShmem:\t0 kB\n`,
  '/run/systemd/system/placeholder': '',
  '/usr/bin/systemctl': '',
});
const host = (kilobytes: number) => v2Files(init('systemd', kilobytes));

test('one command with a fixed argument list', () => {
  const { changes, was } = planOn(systemdReexec, {}, host(300 * 1024));
  expect(changes).toEqual([
    {
      kind: 'command',
      argv: ['/usr/bin/systemctl', 'daemon-reexec'],
      path: 'systemd (process 1)',
      before: 'holds 300 MiB',
      after: 'started anew, with its units as they are',
      undo: null,
      timeoutSeconds: 90,
    },
  ]);
  expect(was).toBeNull();
  expect(systemdReexec.with.safeParse({ unit: 'a' }).success).toBe(false);
});

test('only where process 1 is systemd', () => {
  expect(() => planOn(systemdReexec, {}, v2Files(init('runit', 1024)))).toThrow(
    expect.objectContaining({ code: 'guard.unsupported' }),
  );
});

test('tells what it freed', () => {
  const before = systemdReexec.observe!({}, hostOf(host(300 * 1024)));
  expect(systemdReexec.verify({}, hostOf(host(20 * 1024)), before)).toEqual({
    ok: true,
    text: 'process 1 held 300 MiB, now 20 MiB',
  });
  expect(systemdReexec.verify({}, hostOf(host(300 * 1024)), before).ok).toBe(false);
});
