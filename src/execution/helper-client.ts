import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { UndoomError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import type { Replies, Reply, Request } from './protocol.js';

/** The connection to the side that runs as root. Its process lives from `connect` to `close`. */
export interface Helper {
  ask<Name extends keyof Replies>(request: Extract<Request, { request: Name }>): Promise<Replies[Name]>;
  /** closes its input and waits for its end */
  close(): Promise<void>;
}

/**
 * Starts it: by itself for root, else through sudo with a fixed argument list and no shell. sudo asks for the password
 * on the terminal, once; without a terminal it may not ask.
 * @throws UndoomError guard.sudo where sudo refuses, with how to go on
 */
export async function connect(options: { mayAsk: boolean }): Promise<Helper> {
  const program = [process.execPath, join(packageRoot(), 'dist', 'helper.cjs')] as const;
  const isRoot = process.geteuid?.() === 0;
  const sudo = ['/usr/bin/sudo', '/bin/sudo', '/usr/local/bin/sudo'].find((path) => existsSync(path));
  if (!isRoot && !sudo) {
    throw new UndoomError('guard.sudo', 'Changes need root, and there is no sudo on this host', {
      hint: 'Run the same command as root',
    });
  }
  const sudoArguments = options.mayAsk ? ['-p', '[sudo] password for %u, to make these changes: '] : ['-n'];
  const [file, args] = isRoot ? [program[0], [program[1]]] : [sudo!, [...sudoArguments, '--', ...program]];
  const child = execa(file, args, {
    stdin: 'pipe',
    stdout: 'pipe',
    // sudo's own words; they are told below where it may not ask
    stderr: options.mayAsk && !isRoot ? ['inherit', 'pipe'] : 'pipe',
    buffer: { stdout: false },
    reject: false,
    cleanup: false,
    extendEnv: false,
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      ...(process.env.TERM && { TERM: process.env.TERM }),
      ...(process.env.TZ && { TZ: process.env.TZ }),
      ...(isRoot && process.env.UNDOOM_STATE_DIR && { UNDOOM_STATE_DIR: process.env.UNDOOM_STATE_DIR }),
      ...(isRoot && process.env.SUDO_USER && { SUDO_USER: process.env.SUDO_USER }),
    },
  });
  // a helper that is gone is told by its missing answer
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (!line.done) return line.value;
    const { stderr, exitCode } = await child;
    throw ended(String(stderr ?? ''), exitCode ?? null, !isRoot && !isReady);
  };
  let isReady = false;
  await next();
  isReady = true;
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const reply = JSON.parse(await next()) as Reply;
      if (reply.ok) return reply.result as never;
      throw new UndoomError(reply.error.code as 'failed', reply.error.message, {
        ...(reply.error.hint && { hint: reply.error.hint }),
      });
    },
    async close() {
      child.stdin.end();
      await child;
    },
  };
}

/** @param atSudo it ended before it said that it is there: then sudo did not start it */
function ended(stderr: string, exitCode: number | null, atSudo: boolean): UndoomError {
  const words = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('[sudo]'));
  const reason = words.at(-1) ?? `it ended with ${exitCode}`;
  if (atSudo && exitCode === 1) {
    return new UndoomError('guard.sudo', `Changes need root, and sudo refused: ${reason.replace(/^sudo: /, '')}`, {
      hint: 'Run it at a terminal, where sudo can ask for a password, or as root; nothing was changed',
    });
  }
  return new UndoomError('failed.helper', `The part of undoom that runs as root ended unexpectedly: ${reason}`, {
    hint: 'What it had changed is in the journal: undoom rollback takes it back',
  });
}
