import { monthOf } from './languages.js';

/** The stamps that carriers put before a line. A year that a stamp lacks is taken from `referenceMs`, the log's own end. */
export interface Stamp {
  time: string;
  epochMs: number | null;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayMs = 86_400_000;

/** `2026-09-02T00:54:21.607510+00:00`, also with a space for the T, a comma, or no offset (then local). */
export function isoStamp(date: string, clock: string, offset: string | undefined): Stamp | null {
  const time = `${date}T${clock.replace(',', '.')}${zoneOf(offset)}`;
  // the Date constructor reads at most milliseconds
  const epochMs = Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(epochMs) ? null : { time, epochMs };
}

/** `+0800`, `+03`, `UTC`; another zone's name (CET) is no offset: then the time is local. */
function zoneOf(offset: string | undefined): string {
  if (offset === undefined) return '';
  if (offset === 'UTC' || offset === 'GMT') return 'Z';
  const figures = /^([+-]\d\d):?(\d\d)?$/.exec(offset);
  if (figures) return `${figures[1]}:${figures[2] ?? '00'}`;
  return offset === 'Z' ? offset : '';
}

export interface CalendarDay {
  month: string;
  day: string;
  year?: string | undefined;
  /** tells which language's month a word is */
  weekday?: string | undefined;
}

/** `Sat Sep 11 12:24:42 2021` (dmesg -T) and `May 12 10:43:01` (syslog, which prints no year). */
export function calendarStamp(calendarDay: CalendarDay, clock: string, referenceMs: number): Stamp | null {
  const { month, day, year, weekday } = calendarDay;
  const key = `${weekday} ${month} ${day} ${year} ${clock} ${referenceMs}`;
  // a report's lines come within a second or two: the stamp of the line before is the likeliest
  if (last.key !== key) last = { key, stamp: readCalendar(calendarDay, clock, referenceMs) };
  return last.stamp;
}

let last: { key: string; stamp: Stamp | null } = { key: '', stamp: null };

function readCalendar({ month, day, year, weekday }: CalendarDay, clock: string, referenceMs: number): Stamp | null {
  const english = months.indexOf(month);
  const told = year === undefined ? null : Number(year);
  const index = english >= 0 ? english : monthOf(month, weekday ?? null, told, Number(day));
  if (index === null) return null;
  const yearNumber = told ?? guessYear(index, Number(day), referenceMs);
  const date = `${String(yearNumber).padStart(4, '0')}-${String(index + 1).padStart(2, '0')}-${day.trim().padStart(2, '0')}`;
  const time = `${date}T${clock.replace(',', '.')}`;
  const epochMs = Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(epochMs) ? null : { time, epochMs };
}

/** The latest year in which the day is not after the log's end (a day more, for clocks and zones). */
function guessYear(month: number, day: number, referenceMs: number): number {
  const year = new Date(referenceMs).getFullYear();
  return new Date(year, month, day).getTime() <= referenceMs + dayMs ? year : year - 1;
}

/** Seconds, milliseconds, microseconds or nanoseconds since the epoch: told apart by how large the number is. */
export function epochStamp(text: string): Stamp | null {
  if (!/^\d{9,20}(?:\.\d{1,9})?$/.test(text)) return null;
  const number = Number(text);
  const scale = [1000, 1, 1e-3, 1e-6].find((each) => number * each > 1e11 && number * each < 1e13);
  if (scale === undefined) return null;
  const date = new Date(Math.floor(number * scale));
  return { time: date.toISOString(), epochMs: date.getTime() };
}
