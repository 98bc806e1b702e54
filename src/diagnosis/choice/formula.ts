import type { Report, TaskReport } from '../../kernel-log/report.js';
import { isSince } from '../release.js';

/** How a kernel's oom_badness() (mm/oom_kill.c) turns what a task holds into points. */
export interface Formula {
  text: string;
  /** points are pages, or thousandths of all memory (2.6.36 to 3.4) */
  unit: 'pages' | 'thousandths';
  /** the least that a task which may be killed gets: 1 up to 5.8; from 5.9 on points may fall below zero */
  least: number | null;
  /** what a task with CAP_SYS_ADMIN is spared (up to 4.16): thirty thousandths of all memory, or 3% of its own points */
  spared: 'thirty' | 'share' | null;
}

const counted = 'resident memory, swap and page tables';

/**
 * The history of the formula:
 * - up to 2.6.35 virtual size, halved for run time, doubled for nice, with half of the children's: the table does not hold it.
 * - 2.6.36: (rss + nr_ptes + swapents) * 1000 / totalpages + oom_score_adj, 30 less for root, between 1 and 1000. RHEL 6
 *   has it in its 2.6.32, so that the table's own column tells.
 * - 3.5: in pages; oom_score_adj, for root less 30, times totalpages / 1000; at least 1.
 * - 3.14: root is spared 3% of its own points instead; 4.17 spares it nothing.
 * - 4.0 adds pmd pages, and 4.15 counts all page tables in bytes: both are in the table's own column.
 * - 5.9: points are signed, so that those below zero are ranked as well.
 * A task with -1000, process 1 and kernel threads are never chosen; since 4.8 neither is one in vfork(2).
 * @returns null where the score cannot be worked out from the table
 */
export function formulaOf(report: Report): Formula | null {
  if (!report.tasks.some(({ oomScoreAdj }) => oomScoreAdj !== null)) return null;
  const { kernel } = report;
  const since = (major: number, minor: number) => isSince(kernel, major, minor);
  const adjusted = `${counted} in pages, and for each point of oom_score_adj a thousandth of all pages`;
  if (since(3, 5) === false) {
    return {
      text: `${counted} in thousandths of all memory, and oom_score_adj (Linux 2.6.36 to 3.4); a root task has 30 less`,
      unit: 'thousandths',
      least: 1,
      spared: 'thirty',
    };
  }
  if (since(3, 14) === false) {
    return {
      text: `${adjusted} (Linux 3.5 to 3.13); a root task has 30 thousandths less`,
      unit: 'pages',
      least: 1,
      spared: 'thirty',
    };
  }
  if (since(4, 17) === false) {
    return {
      text: `${adjusted} (Linux 3.14 to 4.16); a root task has 3% less`,
      unit: 'pages',
      least: 1,
      spared: 'share',
    };
  }
  if (since(5, 9) === false) return { text: `${adjusted} (Linux 4.17 to 5.8)`, unit: 'pages', least: 1, spared: null };
  return {
    text: since(5, 9) ? `${adjusted} (Linux 5.9 on)` : `${adjusted}, as kernels from 4.17 on count`,
    unit: 'pages',
    least: null,
    spared: null,
  };
}

/** What a task's points are made of, in bytes; null where its row was printed in pages of an unknown size. */
export function heldBytes(task: TaskReport): number | null {
  const parts = [task.rssAnonBytes, task.rssFileBytes, task.rssShmemBytes];
  const told = parts.filter((bytes) => bytes !== null);
  const resident = task.rssBytes ?? (told.length > 0 ? told.reduce((sum, bytes) => sum + bytes, 0) : null);
  return resident === null ? null : resident + (task.swapBytes ?? 0) + (task.pageTableBytes ?? 0);
}

/**
 * All pages that the formula counts with (constrained_alloc, mem_cgroup_get_max): memory and swap of the host, of the
 * allowed nodes and swap, or of the cgroup's limit with what it may swap.
 */
export interface Total {
  bytes: number;
  /** false where swap, or part of the memory, was not told */
  exact: boolean;
}

/** @param swapTotalBytes the host's, where the report does not print it; null where nobody knows it */
export function totalOf(report: Report, ramBytes: number | null, swapTotalBytes: number | null): Total | null {
  const swap = report.swapTotalBytes ?? swapTotalBytes;
  if (report.scope === 'cgroup') return ofCgroup(report, swap);
  const nodes =
    report.constraint === 'cpuset'
      ? report.memsAllowed
      : report.constraint === 'memory-policy'
        ? report.nodemask
        : null;
  const memory = nodes === null ? ramBytes : nodeBytes(report, nodes);
  if (memory === null) return null;
  return { bytes: memory + (swap ?? 0), exact: swap !== null && nodes === null };
}

function ofCgroup({ memory, memorySwap, swapCharge }: Report, swap: number | null): Total | null {
  const limit = memory?.limitBytes;
  if (typeof limit !== 'number' || limit === 0) return null;
  const together = memorySwap?.limitBytes;
  const own =
    swapCharge?.limitBytes ?? (typeof together === 'number' ? Math.max(0, together - limit) : (together ?? null));
  if (own === 0 || swap === 0) return { bytes: limit, exact: true };
  if (typeof own === 'number') return { bytes: limit + Math.min(own, swap ?? own), exact: swap !== null };
  return { bytes: limit + (swap ?? 0), exact: own === 'max' && swap !== null };
}

function nodeBytes({ zones }: Report, nodes: number[]): number | null {
  const own = zones.filter(({ node }) => nodes.includes(node));
  const sizes = own.map(({ presentBytes, managedBytes }) => presentBytes ?? managedBytes);
  if (sizes.length === 0 || sizes.some((size) => size === null)) return null;
  return sizes.reduce<number>((sum, size) => sum + size!, 0);
}
