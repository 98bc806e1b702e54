import type { Host } from '../../host/host.js';
import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { statsOf } from '../balance/cgroup-parts.js';
import { quoted, quotedFact } from '../evidence.js';
import { type FactorRule, type Finding, heldNow, heldText, isShortage, limitBytes, measured } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';
import { nameOf, usableZones } from '../zones.js';

/** A quarter: locked pages can be neither swapped out nor moved out of the way. */
const share = 0.25;

export const mlocked: FactorRule = {
  factor: 'mlocked',
  holds(report, context) {
    if (report.scope === 'cgroup') return unevictable(report, statsOf(report)('unevictable'), 'limit');
    if (!isShortage(report, context) && context.cause !== 'fragmentation') return null;
    const bytes = ({ meminfo }: Host) => meminfo?.Unevictable ?? null;
    return (
      ofZones(report) ??
      unevictable(report, memInfoBytes(report, 'unevictable'), 'ram') ??
      heldNow(report, context, { what: 'memory locked in place is', key: 'Unevictable', bytes, share })
    );
  },
};

/** Locked by mlock or SHM_LOCK, or pages of a ramfs, which are kept likewise. */
function unevictable(report: Report, held: number | null, of: 'limit' | 'ram'): Finding | null {
  const wholeBytes = of === 'limit' ? limitBytes(report) : ramBytes(report);
  if (held === null || wholeBytes === null || held <= share * wholeBytes) return null;
  const text = heldText('memory locked in place was', held, { of, wholeBytes });
  return measured(quotedFact(report, of === 'limit' ? 'stats' : 'mem-info', text), held, { of, wholeBytes }, text);
}

function ofZones(report: Report): Finding | null {
  const locked = usableZones(report).flatMap(({ zone }) => {
    const size = zone.managedBytes ?? zone.presentBytes;
    const bytes = zone.mlockedBytes;
    return size !== null && bytes !== null && bytes > share * size ? [{ zone, size, bytes }] : [];
  });
  if (locked.length === 0) return null;
  const bytes = locked.reduce((sum, one) => sum + one.bytes, 0);
  const wholeBytes = locked.reduce((sum, { size }) => sum + size, 0);
  const evidence = locked.map((one) =>
    quoted(one.zone.quote, `${formatBytes(one.bytes)} of ${nameOf(one.zone)} is locked in memory`),
  );
  return measured(evidence, bytes, { of: 'zone', wholeBytes }, evidence.map(({ shows }) => shows).join('; '));
}
