import { formatBytes } from '../../text/bytes.js';
import { formatList } from '../../text/lists.js';
import { type CheckRule, unknownCheck } from '../check.js';

/** A node below its low watermark while another is above its high one: a task bound to the first is at risk. */
export const nodeFree: CheckRule = {
  id: 'node-free',
  run({ zones, memoryNodes }) {
    if (!zones) return unknownCheck('The zones could not be read: cat /proc/zoneinfo');
    const nodes = memoryNodes.map((node) => {
      const own = zones.filter((zone) => zone.node === node);
      const sum = (key: 'freeBytes' | 'lowBytes' | 'highBytes') => own.reduce((total, zone) => total + zone[key], 0);
      return { node, free: sum('freeBytes'), low: sum('lowBytes'), high: sum('highBytes') };
    });
    const short = nodes.filter(({ free, low }) => free < low);
    const roomy = nodes.filter(({ free, high }) => free > high);
    const uneven = short.length > 0 && roomy.length > 0;
    return {
      status: uneven ? 'warning' : 'ok',
      value: uneven ? short.length : 0,
      threshold: 0,
      unit: 'nodes',
      text: uneven
        ? `Node ${formatList(short.map(({ node }) => node))} is below its low watermark, while ${formatBytes(roomy.reduce((sum, { free }) => sum + free, 0))} are free on node ${formatList(roomy.map(({ node }) => node))}: look for tasks bound to it (cpuset.mems, numactl)`
        : nodes.length === 1
          ? 'This host has one memory node'
          : 'No memory node is short while others have memory',
    };
  },
};
