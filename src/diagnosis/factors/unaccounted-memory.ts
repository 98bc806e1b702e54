import type { Host } from '../../host/host.js';
import type { Report } from '../../kernel-log/report.js';
import { hostParts, stackBytes } from '../balance/host-parts.js';
import { balanceNow } from '../balance/now.js';
import { sumOf } from '../balance/settle.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, heldNow, heldText, measured } from '../factor.js';
import { ramBytes } from '../ram.js';

/** A quarter: per-cpu data, vmalloc and caches of devices are never printed, and take a few percent everywhere. */
const share = 0.25;
/** Before 2.6.32 neither were kernel stacks, which a storm of processes fills a tenth with. */
const shareWithoutStacks = 0.35;

/** Memory that no counter of the report owns: drivers, balloons, ZFS. The counters are the host's: of one node they tell nothing. */
export const unaccountedMemory: FactorRule = {
  factor: 'unaccounted-memory',
  holds(report, context) {
    if (context.cause !== 'global-memory') return null;
    if (report.memInfoPages === null) {
      const what = 'in no counter is';
      return heldNow(report, context, { what, key: '/proc/meminfo, in no counter', bytes: unaccountedNow, share });
    }
    const ram = ramBytes(report);
    const found = hostParts(report);
    if (ram === null || !found.enough) return null;
    const missing = ram - sumOf(found.parts);
    if (missing <= shareOf(report) * ram) return null;
    const whole = { of: 'ram', wholeBytes: ram } as const;
    const text = `${heldText('in no counter is', missing, whole)}: a driver, a balloon or ZFS may hold it`;
    return measured(quotedFact(report, 'mem-info', text), missing, whole, text);
  },
};

function shareOf(report: Report): number {
  return stackBytes(report) === null ? shareWithoutStacks : share;
}

function unaccountedNow(host: Host): number | null {
  return balanceNow(host)?.parts.find(({ name }) => name === 'unaccounted')?.bytes ?? null;
}
