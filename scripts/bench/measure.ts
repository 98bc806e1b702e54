/** Runs two commands in turn, so that what else the machine does meets both, and compares them. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Command {
  /** as a person would type it, for the page */
  shown: string;
  file: string;
  parameters: string[];
  env?: Record<string, string>;
}

export interface Run {
  seconds: number;
  /** the largest process's */
  peakBytes: number;
  status: number | null;
}

/** A pipeline, or anything that a shell reads. */
export function shell(shown: string, script: string): Command {
  return { shown, file: '/bin/sh', parameters: ['-c', script] };
}

/** @param folder where the output goes: not to /dev/null, at which grep stops with the first line found */
export function run({ file, parameters, env }: Command, folder: string): Run {
  const usage = join(folder, 'usage');
  const output = openSync(join(folder, 'output'), 'w');
  const started = process.hrtime.bigint();
  const { status, error } = spawnSync('/usr/bin/time', ['-q', '-f', '%M', '-o', usage, file, ...parameters], {
    stdio: ['ignore', output, 'ignore'],
    env: { ...process.env, ...env },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  closeSync(output);
  if (error) throw new Error(`${file} could not be run: ${error.message}`);
  const peakBytes = Number(readFileSync(usage, 'utf8').trim()) * 1024;
  rmSync(usage);
  return { seconds, peakBytes, status };
}

export interface Comparison {
  ours: number;
  theirs: number;
  ratio: number;
  peakBytes: number;
}

/** The medians of both, and of the ratio of each pair of runs, after one of each that does not count. */
export function compare(ours: Command, theirs: Command, folder: string, rounds: number): Comparison {
  const pairs: { our: Run; their: Run }[] = [];
  for (let round = -1; round < rounds; round++) {
    const their = run(theirs, folder);
    const our = run(ours, folder);
    if (our.status !== 0) throw new Error(`${ours.shown} ended with ${our.status}`);
    if (round >= 0) pairs.push({ our, their });
  }
  return {
    ours: median(pairs.map(({ our }) => our.seconds)),
    theirs: median(pairs.map(({ their }) => their.seconds)),
    ratio: median(pairs.map(({ our, their }) => our.seconds / their.seconds)),
    peakBytes: Math.max(...pairs.map(({ our }) => our.peakBytes)),
  };
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
