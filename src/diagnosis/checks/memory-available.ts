import { formatBytes } from '../../text/bytes.js';
import { type CheckRule, unknownCheck } from '../check.js';

const share = 0.1;

export const memoryAvailable: CheckRule = {
  id: 'memory-available',
  run({ meminfo }) {
    const available = meminfo?.MemAvailable;
    const total = meminfo?.MemTotal;
    if (available === undefined || !total)
      return unknownCheck('MemAvailable could not be read: grep MemAvailable /proc/meminfo');
    const low = available < share * total;
    const told = `${formatBytes(available)} of ${formatBytes(total)} can be had without swapping`;
    return {
      status: low ? 'warning' : 'ok',
      value: available / total,
      threshold: share,
      unit: 'share',
      text: low ? `Only ${told}: find what grows, or give it a limit of its own` : told,
    };
  },
};
