import type { Host } from '../host/host.js';

/** For each order: how many free blocks of this order or a higher one there are, as blocks of that order are cut from them. */
export function freeBlocksFrom(host: Host, nodes: number[]): number[] | null {
  if (host.buddy === null) return null;
  const zones = host.buddy.filter(({ node }) => nodes.includes(node));
  const orders = Math.max(0, ...zones.map(({ free }) => free.length));
  const counts = Array.from({ length: orders }, (_, order) =>
    zones.reduce((sum, { free }) => sum + (free[order] ?? 0), 0),
  );
  for (let order = orders - 2; order >= 0; order--) counts[order]! += counts[order + 1]!;
  return counts;
}
