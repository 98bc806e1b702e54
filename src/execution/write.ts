import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readlinkSync, statfsSync, writeSync } from 'node:fs';
import { UndoomError } from '../errors.js';

/** The kernel's own file systems, by their magic numbers (linux/magic.h). Nothing else is ever written. */
const kernelFileSystems = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
]);

/**
 * The one place that writes to the host: one value to one file of the kernel. Opens first, then looks at what it
 * opened: a link anywhere on the path, or another file system, is refused before a byte is written.
 * @param path absolute, as an action named it
 * @param timeoutSeconds for a write that may stall: a child of its own does it, and is ended after that time
 * @throws UndoomError guard.path, failed.write
 */
export async function writeKernelFile(path: string, value: string, timeoutSeconds?: number): Promise<void> {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw new UndoomError('failed.write', `${path} could not be opened for writing: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  try {
    const opened = readlinkSync(`/proc/self/fd/${descriptor}`);
    if (opened !== path) {
      throw new UndoomError('guard.path', `${path} leads to ${opened}: undoom writes through no link`);
    }
    if (!kernelFileSystems.has(statfsSync(`/proc/self/fd/${descriptor}`).type)) {
      throw new UndoomError('guard.path', `${path} does not lie in a file system of the kernel`);
    }
    if (timeoutSeconds === undefined) writeSync(descriptor, value);
    else await writeInChild(descriptor, path, value, timeoutSeconds);
  } catch (error) {
    if (error instanceof UndoomError) throw error;
    throw new UndoomError('failed.write', `The kernel did not take ${value} for ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    closeSync(descriptor);
  }
}

/** printf writes to its standard output, which is the file: no shell, and the checks above hold for what it writes to. */
async function writeInChild(descriptor: number, path: string, value: string, timeoutSeconds: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn('/usr/bin/printf', ['%s', value], {
      stdio: ['ignore', descriptor, 'pipe'],
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      env: {},
    });
    let complaint = '';
    child.stderr?.on('data', (data) => {
      complaint += data;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else if (signal) reject(new Error(`the write to ${path} was ended after ${timeoutSeconds} s`));
      else reject(new Error(complaint.trim() || `printf ended with ${code}`));
    });
  });
}

/**
 * Runs a command that an action named: a fixed argument list, no shell, a clean environment.
 * @throws UndoomError failed.command
 */
export function runCommand(argv: readonly [string, ...string[]], timeoutSeconds: number): Promise<void> {
  const [program, ...rest] = argv;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      rest,
      { timeout: timeoutSeconds * 1000, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } },
      (error, _stdout, stderr) => {
        if (!error) return resolve();
        const reason = stderr.trim().split('\n')[0] || error.message;
        reject(new UndoomError('failed.command', `${argv.join(' ')} failed: ${reason}`, { cause: error }));
      },
    );
  });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: 'no right to write it (EACCES)',
    EROFS: 'it is mounted read-only, as in a container (EROFS)',
    EINVAL: 'it is not a value that this file takes now (EINVAL)',
    EBUSY: 'it is in use (EBUSY)',
    ENOENT: 'it is gone (ENOENT)',
    ELOOP: 'it is a link (ELOOP)',
    ERANGE: 'the number is out of range (ERANGE)',
  };
  return (code && reasons[code]) || message;
}
