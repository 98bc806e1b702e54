import type { Host } from '../host/host.js';

export interface NodeMemory {
  node: number;
  freeBytes: number;
  highBytes: number;
  managedBytes: number;
}

/** Each memory node's zones added up; [] where /proc/zoneinfo was not read. What only CMA may use counts as not free. */
export function nodeMemory(host: Host): NodeMemory[] {
  return host.memoryNodes.map((node) => {
    const zones = (host.zones ?? []).filter((zone) => zone.node === node);
    const add = (of: (zone: (typeof zones)[number]) => number) => zones.reduce((sum, zone) => sum + of(zone), 0);
    return {
      node,
      freeBytes: add(({ freeBytes, freeCmaBytes }) => Math.max(0, freeBytes - freeCmaBytes)),
      highBytes: add(({ highBytes }) => highBytes),
      managedBytes: add(({ managedBytes }) => managedBytes),
    };
  });
}
