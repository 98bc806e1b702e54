import { formatBytes } from '../../text/bytes.js';
import { type CheckRule, unknownCheck } from '../check.js';
import { percent } from '../factor.js';

const share = 0.1;

export const swap: CheckRule = {
  id: 'swap',
  run({ swaps }) {
    if (!swaps) return unknownCheck('The swap areas could not be read: cat /proc/swaps');
    const size = swaps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const free = size - swaps.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
    const known = { threshold: share, unit: 'share' };
    if (size === 0) {
      return {
        ...known,
        status: 'warning',
        value: null,
        text: 'This host has no swap: the memory of processes can only be kept or killed for. A small swap area or zram gives time to react',
      };
    }
    const full = free < share * size;
    return {
      ...known,
      status: full ? 'warning' : 'ok',
      value: free / size,
      text: full
        ? `Only ${formatBytes(free)} of ${formatBytes(size)} of swap are free: find what grows, or add swap`
        : `${percent(free / size)} of ${formatBytes(size)} of swap are free`,
    };
  },
};
