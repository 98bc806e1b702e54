import { DateTime } from 'luxon';
import type { Window } from '../../playbook/playbook.js';
import type { RunGuard } from './guard.js';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Outside of the playbook's change windows nothing is changed. Time zones and daylight saving are luxon's. */
export const window: RunGuard = {
  id: 'window',
  check({ windows }, { now }) {
    if (windows.length === 0) return null;
    const openings = windows.flatMap((one) => openingsOf(one, now));
    const open = openings.find(({ from, to }) => from.toMillis() <= now && now < to.toMillis());
    if (open) return { id: 'window', ok: true, text: `the change window is open until ${at(open.to)}` };
    const next = openings
      .filter(({ from }) => from.toMillis() > now)
      .sort((a, b) => a.from.toMillis() - b.from.toMillis())[0];
    const then = next ? `the next one opens ${at(next.from)}` : 'none opens in the next eight days';
    return { id: 'window', ok: false, text: `no change window is open: ${then}` };
  },
};

function at(time: DateTime): string {
  return time.toFormat("ccc d LLL yyyy, HH:mm '('z')'");
}

/** Yesterday's (it may cross midnight) and those of the eight days to come. */
function openingsOf({ days, from, to, timezone }: Window, now: number): { from: DateTime; to: DateTime }[] {
  const today = DateTime.fromMillis(now, { zone: timezone }).startOf('day');
  return [-1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap((offset) => {
    const day = today.plus({ days: offset });
    if (!days.includes(weekdays[day.weekday - 1]!)) return [];
    const start = clock(day, from);
    const end = clock(day, to);
    return [{ from: start, to: end > start ? end : clock(day.plus({ days: 1 }), to) }];
  });
}

function clock(day: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour!, minute: minute! });
}
