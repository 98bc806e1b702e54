import type { Report } from '../../kernel-log/report.js';
import type { Factor } from '../../schemas/diagnosis.js';
import type { FactorContext, FactorRule, Finding } from '../factor.js';
import { cmaOnlyFree } from './cma-only-free.js';
import { hugePageReservation } from './huge-page-reservation.js';
import { initLeak } from './init-leak.js';
import { kernelMemoryLimit } from './kernel-memory-limit.js';
import { lowZone } from './low-zone.js';
import { memoryPolicy } from './memory-policy.js';
import { mlocked } from './mlocked.js';
import { noKillableTask } from './no-killable-task.js';
import { noSwap } from './no-swap.js';
import { oomGroup } from './oom-group.js';
import { pageTables } from './page-tables.js';
import { protectedTask } from './protected-task.js';
import { sharedMemory } from './shared-memory.js';
import { slabLeak } from './slab-leak.js';
import { swapExhausted } from './swap-exhausted.js';
import { swapLimit } from './swap-limit.js';
import { thpBloat } from './thp-bloat.js';
import { unaccountedMemory } from './unaccounted-memory.js';

/** In the order of the contract. */
export const factors: FactorRule[] = [
  slabLeak,
  initLeak,
  thpBloat,
  hugePageReservation,
  sharedMemory,
  pageTables,
  unaccountedMemory,
  mlocked,
  noSwap,
  swapExhausted,
  swapLimit,
  kernelMemoryLimit,
  memoryPolicy,
  lowZone,
  cmaOnlyFree,
  oomGroup,
  protectedTask,
  noKillableTask,
];

export function factorsOf(report: Report, context: FactorContext): (Finding & { factor: Factor })[] {
  return factors.flatMap(({ factor, holds }) => {
    const finding = holds(report, context);
    // numbers that anyone may have written add up to anything: such a sum shows nothing
    const isBelievable = finding !== null && (finding.bytes === null || Number.isSafeInteger(finding.bytes));
    return isBelievable ? [{ factor, ...finding }] : [];
  });
}
