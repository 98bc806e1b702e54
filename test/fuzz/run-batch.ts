import fc from 'fast-check';
import type { Case } from './case.js';
import { check } from './check.js';

export interface Failure {
  shrunk: Case;
  message: string;
}

/** A case that takes this long hangs. */
const longestMs = 20_000;
const shrinkMs = 20_000;

/** So many cases of one seed. @returns the first that breaks what must hold, made shorter; null where all hold */
export async function runBatch(cases: fc.Arbitrary<Case>, seed: number, numRuns: number): Promise<Failure | null> {
  for (const one of fc.sample(cases, { seed, numRuns })) {
    const error = await broken(one);
    if (error) return { shrunk: await shrink(one, error), message: error.stack ?? error.message };
  }
  return null;
}

async function broken(one: Case): Promise<Error | null> {
  const started = performance.now();
  try {
    await check(one);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const took = performance.now() - started;
  return took > longestMs ? new Error('it hangs', { cause: took }) : null;
}

/** Parts are left out, lines first and bytes then, as long as it breaks in the same way. */
async function shrink(one: Case, first: Error): Promise<Case> {
  const until = performance.now() + shrinkMs;
  let least = one;
  for (const unit of [/(?<=\n)/, /(?<=[ ,:])/, /(?:)/]) {
    let parts = least.log.toString('latin1').split(unit);
    for (let length = parts.length >> 1; length > 0; length >>= 1) {
      for (let start = 0; start < parts.length && performance.now() < until; ) {
        const fewer = parts.toSpliced(start, length);
        const candidate = { ...least, log: Buffer.from(fewer.join(''), 'latin1') };
        const error = await broken(candidate);
        if (error && wayOf(error) === wayOf(first)) {
          least = candidate;
          parts = fewer;
        } else start += length;
      }
    }
  }
  return least;
}

const wayOf = ({ message }: Error) => message.split(':')[0];
