import { formatBytes } from '../../text/bytes.js';
import { type CheckRule, unknownCheck } from '../check.js';
import { percent } from '../factor.js';

const share = 0.1;

export const hugePageReservation: CheckRule = {
  id: 'huge-page-reservation',
  run({ hugePages, meminfo }) {
    const total = meminfo?.MemTotal;
    if (!total) return unknownCheck('MemTotal could not be read: grep MemTotal /proc/meminfo');
    const idle = hugePages.reduce((sum, { free, sizeBytes }) => sum + free * sizeBytes, 0);
    const large = idle > share * total;
    return {
      status: large ? 'warning' : 'ok',
      value: idle / total,
      threshold: share,
      unit: 'share',
      text: large
        ? `${formatBytes(idle)}, ${percent(idle / total)} of memory, is set aside as huge pages that nobody uses: release those that are not needed (undoom run release-huge-pages)`
        : idle > 0
          ? `${formatBytes(idle)} is set aside as huge pages that nobody uses`
          : 'No idle huge pages are set aside',
    };
  },
};
