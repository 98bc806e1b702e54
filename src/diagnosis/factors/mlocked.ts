import { formatBytes } from '../../text/bytes.js';
import { quoted, quotedFact } from '../evidence.js';
import { type FactorRule, isShortage, limitBytes, percent } from '../factor.js';
import { usableZones } from '../zones.js';

/** A quarter: locked pages can be neither swapped out nor moved out of the way. */
const share = 0.25;

export const mlocked: FactorRule = {
  factor: 'mlocked',
  holds(report, context) {
    if (report.scope === 'cgroup') {
      const held = report.cgroupStats?.unevictable;
      const limit = limitBytes(report);
      if (held === undefined || limit === null || held <= share * limit) return null;
      return quotedFact(report, 'stats', `memory locked in place was ${percent(held / limit)} of the limit`);
    }
    if (!isShortage(report, context) && context.cause !== 'fragmentation') return null;
    const locked = usableZones(report).flatMap(({ zone }) => {
      const size = zone.managedBytes ?? zone.presentBytes;
      return size !== null && zone.mlockedBytes !== null && zone.mlockedBytes > share * size ? [zone] : [];
    });
    if (locked.length === 0) return null;
    return locked.map((zone) =>
      quoted(zone.quote, `${formatBytes(zone.mlockedBytes!)} of node ${zone.node} ${zone.name} is locked in memory`),
    );
  },
};
