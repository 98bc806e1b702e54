import type { Factor, FactorDetail } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';

/** What made the kill likelier, in the operator's words. */
export const factorWords: Record<Factor, string> = {
  'slab-leak': 'kernel objects that cannot be reclaimed held much of it (slab)',
  'init-leak': 'process 1 held much, and is never killed',
  'thp-bloat': 'transparent huge pages may hold more than was asked for',
  'huge-page-reservation': 'much was set aside as huge pages',
  'shared-memory': 'shared memory or tmpfs held much of it',
  'page-tables': 'page tables held much of it',
  'unaccounted-memory': 'no counter owns much of it (a driver, a balloon, ZFS)',
  mlocked: 'much was locked in memory (mlock)',
  'no-swap': 'the host has no swap',
  'swap-exhausted': 'the swap was full',
  'swap-limit': 'the cgroup may not swap',
  'kernel-memory-limit': "the cgroup's kernel memory limit was hit",
  'memory-policy': 'the task bound itself to memory nodes (mbind, numactl)',
  'low-zone': 'only a low zone was short',
  'cma-only-free': 'what was free is kept for contiguous allocations (CMA)',
  'oom-group': 'memory.oom.group ends the whole cgroup at once',
  'protected-task': 'the largest task is shielded by oom_score_adj',
  'no-killable-task': 'no task was left that may be killed',
};

/** Where the amount is what the words speak of; elsewhere it would be taken for something else. */
const sized: Factor[] = [
  'slab-leak',
  'init-leak',
  'thp-bloat',
  'huge-page-reservation',
  'shared-memory',
  'page-tables',
  'unaccounted-memory',
  'mlocked',
  'cma-only-free',
  'protected-task',
];
const wholes = { ram: 'RAM', limit: 'the limit', zone: 'the zones', swap: 'swap' };

/** The words, and how much it is: "… held much of it (slab): 3.3 GiB, 85% of RAM". */
export function factorText(factor: Factor, detail: FactorDetail | undefined): string {
  const words = factorWords[factor];
  const { bytes = null, share = null, of = null } = detail ?? {};
  if (bytes === null || !sized.includes(factor)) return words;
  const part = share === null || of === null ? '' : `, ${Math.round(share * 100)}% of ${wholes[of]}`;
  return `${words}: ${formatBytes(bytes)}${part}`;
}
