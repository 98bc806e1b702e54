import type { Host } from '../host/host.js';

/**
 * For each order: how many free blocks of it could be had, as the kernel cuts larger ones (mm/page_alloc.c expand()).
 * Counting blocks alone would call it a loss where two small ones have become a large one.
 */
export function freeBlocksFrom(host: Host, nodes: number[]): number[] | null {
  if (host.buddy === null) return null;
  const zones = host.buddy.filter(({ node }) => nodes.includes(node));
  const orders = Math.max(0, ...zones.map(({ free }) => free.length));
  const counts = Array.from({ length: orders }, (_, order) =>
    zones.reduce((sum, { free }) => sum + (free[order] ?? 0), 0),
  );
  for (let order = orders - 2; order >= 0; order--) counts[order]! += 2 * counts[order + 1]!;
  return counts;
}
