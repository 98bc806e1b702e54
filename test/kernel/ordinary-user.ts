/**
 * An ordinary user with real sudo, without touching this machine's own users: in a mount namespace of the test's own,
 * /etc/passwd, /etc/shadow, /etc/group and /etc/sudoers are copies, /var/lib and /run are empty, and the checkout lies
 * where that user can read it. All of it is gone with the process.
 */
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { root } from './machine.js';

export interface OrdinaryUser {
  /** the program and its arguments that run `undoom ARGS` as that user */
  command(args: string[], env?: Record<string, string>): [string, string[]];
  /** a folder that the user may write */
  home: string;
  /** where the journals of its runs are */
  state: string;
  remove(): void;
}

export const uid = 64321;

/** @param rule the right-hand side of a sudoers rule (`ALL=(root) NOPASSWD: ALL`); null: not in sudoers at all */
export function ordinaryUser(rule: string | null, password: string): OrdinaryUser {
  const folder = mkdtempSync(join(tmpdir(), 'undoom-user-'));
  chmodSync(folder, 0o755);
  const own = (name: string, text: string, mode: number) => writeFileSync(join(folder, name), text, { mode });
  const hash = execaSync('perl', ['-e', 'print crypt($ARGV[0], q($6$undoom$))', password]).stdout;
  own(
    'passwd',
    `${readFileSync('/etc/passwd', 'utf8').trimEnd()}\noperator-test:x:${uid}:${uid}::/tmp:/bin/sh\n`,
    0o644,
  );
  own('group', `${readFileSync('/etc/group', 'utf8').trimEnd()}\noperator-test:x:${uid}:\n`, 0o644);
  own('shadow', `${readFileSync('/etc/shadow', 'utf8').trimEnd()}\noperator-test:${hash}:19000:0:99999:7:::\n`, 0o640);
  own(
    'sudoers',
    `Defaults env_reset, !lecture\nroot ALL=(ALL:ALL) ALL\n${rule ? `operator-test ${rule}\n` : ''}`,
    0o440,
  );
  for (const name of ['lib', 'run', 'checkout', 'home']) mkdirSync(join(folder, name), { mode: 0o755 });
  chownSync(join(folder, 'home'), uid, uid);
  cpSync(process.execPath, join(folder, 'node'));
  for (const name of ['bin', 'dist', 'playbooks', 'package.json'])
    cpSync(join(root, name), join(folder, 'checkout', name), { recursive: true });
  own(
    'enter',
    `set -e
cd ${folder}
for file in passwd group shadow sudoers; do mount --bind ${folder}/$file /etc/$file; done
mount --bind ${folder}/lib /var/lib
mount --bind ${folder}/run /run
mkdir -p /run/sudo
cd /
exec setpriv --reuid ${uid} --regid ${uid} --clear-groups env -i PATH=/usr/bin:/bin TERM=xterm LANG=C.UTF-8 "$@"
`,
    0o755,
  );
  return {
    command: (args, env = {}) => {
      const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      const program = [join(folder, 'node'), join(folder, 'checkout', 'bin', 'run.js'), ...args];
      return [
        'unshare',
        ['--mount', '--propagation', 'private', 'sh', join(folder, 'enter'), ...variables, ...program],
      ];
    },
    home: join(folder, 'home'),
    state: join(folder, 'lib', 'undoom', 'runs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
