// npm run fuzz [CASES [SEED]]: a million logs that nobody should write, on all cores; npm run fuzz -- --replay FILE
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const folder = '.fuzz';
const batchSize = 500;
const replay = process.argv[2] === '--replay' ? process.argv[3] : null;
const cases = replay === null ? Number(process.argv[2] ?? 1_000_000) : 1;
const seed = replay === null ? Number(process.argv[3] ?? Date.now() % 2 ** 30) : 0;
if (!Number.isSafeInteger(cases) || !Number.isSafeInteger(seed)) throw new Error('npm run fuzz [CASES [SEED]]');

const program = join(folder, `worker-${process.pid}.mjs`);
await build({
  entryPoints: ['test/fuzz/worker.ts'],
  outfile: program,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.15',
  packages: 'external',
  logLevel: 'warning',
});

const start = (args) =>
  spawn(process.execPath, [program, ...args.map(String)], {
    stdio: ['ignore', replay === null ? 'pipe' : 'inherit', 'inherit'],
  });
const ended = (child) => new Promise((resolve) => child.once('close', resolve));

if (replay !== null) {
  process.exitCode = await ended(start(['replay', replay]));
} else {
  const workers = Math.max(1, availableParallelism());
  const batches = Math.ceil(cases / batchSize);
  const begun = Date.now();
  let done = 0;
  let failures = 0;
  process.stderr.write(
    `${cases} cases in batches of ${batchSize}, seeds ${seed} to ${seed + batches - 1}, ${workers} workers\n`,
  );
  const run = async (worker) => {
    const child = start(['batches', seed, worker, workers, batches, batchSize, folder]);
    const end = ended(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const batch = JSON.parse(line);
      done += batch.cases;
      if (batch.file !== null) {
        failures++;
        process.stderr.write(
          `\nseed ${batch.seed}: ${batch.message}\n  again with: npm run fuzz -- --replay ${batch.file}\n`,
        );
      }
      const seconds = (Date.now() - begun) / 1000;
      if (batch.batch % 20 < workers)
        process.stderr.write(`${done} of ${cases}, ${Math.round(done / seconds)} a second, ${failures} failed\n`);
    }
    return end;
  };
  const codes = await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
  process.stderr.write(
    `${done} cases, seeds ${seed} to ${seed + batches - 1}: ${failures} failed, in ${Math.round((Date.now() - begun) / 1000)} s\n`,
  );
  process.exitCode = failures > 0 || codes.some((code) => code !== 0) ? 1 : 0;
}
rmSync(program);
