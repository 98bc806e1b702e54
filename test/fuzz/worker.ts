/**
 * `npm run fuzz` starts one of these for each core. It runs whole batches, each of a seed of its own, and says on standard
 * output how far it is: one JSON line a batch. With a file instead of seeds it runs that one case again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anyCase, anyLargeCase, type Case } from './case.js';
import { check } from './check.js';
import { runBatch } from './run-batch.js';

const [mode, ...rest] = process.argv.slice(2);

if (mode === 'replay') {
  const { log, ...how } = JSON.parse(readFileSync(rest[0]!, 'utf8')) as Omit<Case, 'log'> & { log: string };
  await check({ ...how, log: Buffer.from(log, 'base64') });
  process.stdout.write('it holds\n');
} else {
  const [seed, first, step, batches, size, folder] = [...rest.slice(0, 5).map(Number), rest[5]!] as [
    number,
    number,
    number,
    number,
    number,
    string,
  ];
  for (let batch = first; batch < batches; batch += step) {
    // a seed of each batch, and now and then one of large cases
    const isLarge = batch % 200 === 199;
    const failure = await runBatch(isLarge ? anyLargeCase : anyCase, seed + batch, isLarge ? size / 50 : size);
    let file: string | null = null;
    if (failure) {
      mkdirSync(folder, { recursive: true });
      file = join(folder, `failure-${seed + batch}.json`);
      const { log, ...how } = failure.shrunk;
      writeFileSync(file, `${JSON.stringify({ ...how, log: log.toString('base64') })}\n`);
      writeFileSync(file.replace('.json', '.log'), log);
    }
    const cases = isLarge ? size / 50 : size;
    process.stdout.write(
      `${JSON.stringify({ batch, cases, seed: seed + batch, file, message: failure?.message ?? null })}\n`,
    );
  }
}
