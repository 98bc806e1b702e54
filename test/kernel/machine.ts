/**
 * The real kernel under the tests: cgroups of the test's own, real kills in them, and the CLI as it is installed.
 * Nothing here is faked. What this machine cannot do makes the test say so, and fail where CI is set.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, test } from 'vitest';

export const root = join(import.meta.dirname, '..', '..');
export const isRoot = process.geteuid?.() === 0;

const controllers = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .map((line) => line.split(' '))
  .filter((fields) => fields.includes('cgroup') || fields.includes('cgroup2'))
  .map((fields) => ({
    point: fields[4]!,
    options: fields.at(-1)!.split(','),
    version: fields.includes('cgroup2') ? 2 : 1,
  }));

/** Where tests may make cgroups with this controller; null where the machine has none that they may write. */
function mountOf(controller: string): { point: string; version: 1 | 2 } | null {
  const one = controllers.find(({ version, options }) => version === 1 && options.includes(controller));
  if (one) return { point: one.point, version: 1 };
  const two = controllers.find(({ version }) => version === 2);
  const enabled =
    two && existsSync(join(two.point, 'cgroup.subtree_control'))
      ? readFileSync(join(two.point, 'cgroup.subtree_control'), 'utf8').split(/\s+/)
      : [];
  return two && enabled.includes(controller) ? { point: two.point, version: 2 } : null;
}

export const memory = mountOf('memory');
export const cpuset = mountOf('cpuset');

/** A suite that needs the real thing: where it is missing, it is skipped by name with what is missing, and in CI it fails. */
export function describeWith(needs: Record<string, unknown>, name: string, suite: () => void): void {
  const missing = Object.entries(needs).flatMap(([need, there]) => (there ? [] : [need]));
  if (missing.length === 0) describe(name, suite);
  else if (process.env.CI) throw new Error(`${name} needs ${missing.join(' and ')}, and CI may not skip it`);
  // the suite is not even looked at: it may lean on what is missing
  else test.skip(`${name} (needs ${missing.join(' and ')})`, () => {});
}

let count = 0;

/** A memory cgroup of this test's own. `path` is as the kernel prints it. */
export function makeCgroup(limitBytes: number | null, parent?: TestCgroup): TestCgroup {
  const name = `${parent ? `${parent.path}/` : '/'}undoom-test-${process.pid}-${count++}`;
  const directory = join(memory!.point, name);
  if (parent && memory!.version === 2) writeFileSync(join(parent.directory, 'cgroup.subtree_control'), '+memory');
  mkdirSync(directory);
  const limitFile = join(directory, memory!.version === 1 ? 'memory.limit_in_bytes' : 'memory.max');
  if (limitBytes !== null) writeFileSync(limitFile, String(limitBytes));
  return {
    path: name,
    directory,
    limitFile,
    read: (file) => readFileSync(join(directory, file), 'utf8'),
    write: (file, value) => writeFileSync(join(directory, file), value),
    async remove() {
      for (let tries = 0; tries < 50; tries++) {
        try {
          return rmdirSync(directory);
        } catch {
          await setTimeout(50);
        }
      }
      rmdirSync(directory);
    },
  };
}

export interface TestCgroup {
  path: string;
  directory: string;
  limitFile: string;
  read(file: string): string;
  write(file: string, value: string): void;
  remove(): Promise<void>;
}

/** A task inside the cgroup that wants so much memory: tail(1) keeps the last line, and the line is that long. */
export async function wants(mebibytes: number, cgroup: TestCgroup): Promise<'lives' | 'killed'> {
  const script = `echo $$ > ${cgroup.directory}/cgroup.procs; head -c ${mebibytes}M /dev/zero | tail -n 1 > /dev/null`;
  const { exitCode, signal } = await execa('sh', ['-c', script], { reject: false });
  return exitCode === 0 && !signal ? 'lives' : 'killed';
}

/** A process in a cgroup that holds so much memory until it is ended by `end`. */
export async function hold(
  mebibytes: number,
  cgroup: TestCgroup,
): Promise<{ child: ChildProcess; end(): Promise<void> }> {
  const code = `const held = Buffer.alloc(${mebibytes} * 2 ** 20, 1); console.log(held.length); setInterval(() => held, 1e6)`;
  const script = `echo $$ > ${cgroup.directory}/cgroup.procs; exec ${process.execPath} -e '${code}'`;
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  return {
    child,
    async end() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface Result {
  exit: number;
  stdout: string;
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read documents of several schemas
  json: any;
}

/** State of the test's own, so that it neither sees nor leaves runs of this host. */
export function makeState(): { env: Record<string, string>; directory: string; runs(): string[]; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'undoom-state-'));
  return {
    directory,
    env: { UNDOOM_STATE_DIR: directory },
    runs: () => (existsSync(join(directory, 'runs')) ? readdirSync(join(directory, 'runs')).sort() : []),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The CLI as it is installed, without a terminal. */
export async function undoom(
  args: string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string } = {},
): Promise<Result> {
  const result = await execa(join(root, 'bin', 'run.js'), args, {
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    cwd: options.cwd ?? root,
    env: { ...options.env, NO_COLOR: '1' },
  });
  let json: unknown = null;
  try {
    json = JSON.parse(result.stdout);
  } catch {}
  return { exit: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr, json };
}
