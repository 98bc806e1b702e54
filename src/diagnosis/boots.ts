import type { Moment } from './moment.js';

/** An uptime and a clock may run apart by this much (a late syslog, a corrected clock) within one boot. */
const apartSeconds = 600;

/**
 * Which moments lie in one boot of one host. Seconds since boot that go back are those of another boot; so are those
 * that passed slower or faster than the clock did.
 * @param moments in the order of the log
 * @returns a number for the boot of each, by index; null where nothing tells
 */
export function bootsOf(moments: Moment[]): Map<number, number | null> {
  const boots = new Map<number, number | null>();
  const latest = new Map<string, { moment: Moment; boot: number }>();
  let count = 0;
  for (const moment of moments) {
    if (moment.uptimeSeconds === null) {
      boots.set(moment.index, null);
      continue;
    }
    const before = latest.get(moment.place);
    const boot = before && isSameBoot(before.moment, moment) ? before.boot : count++;
    latest.set(moment.place, { moment, boot });
    boots.set(moment.index, boot);
  }
  return boots;
}

function isSameBoot(before: Moment, after: Moment): boolean {
  const passed = after.uptimeSeconds! - before.uptimeSeconds!;
  if (passed < 0) return false;
  if (before.epochMs === null || after.epochMs === null) return true;
  return Math.abs((after.epochMs - before.epochMs) / 1000 - passed) <= apartSeconds;
}
