/** The stamps that carriers put before a line. A year that a stamp lacks is taken from `referenceMs`, the log's own end. */
export interface Stamp {
  time: string;
  epochMs: number | null;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayMs = 86_400_000;

/** `2026-09-02T00:54:21.607510+00:00`, also with a space for the T, a comma, or no offset (then local). */
export function isoStamp(date: string, clock: string, offset: string | undefined): Stamp | null {
  const zone =
    offset === undefined ? '' : /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const time = `${date}T${clock.replace(',', '.')}${zone}`;
  // the Date constructor reads at most milliseconds
  const epochMs = Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(epochMs) ? null : { time, epochMs };
}

/** `Sat Sep 11 12:24:42 2021` (dmesg -T) and `May 12 10:43:01` (syslog, which prints no year). */
export function calendarStamp(
  month: string,
  day: string,
  clock: string,
  year: string | undefined,
  referenceMs: number,
): Stamp | null {
  const index = months.indexOf(month);
  if (index < 0) return null;
  const yearNumber = year === undefined ? guessYear(index, Number(day), referenceMs) : Number(year);
  const date = `${String(yearNumber).padStart(4, '0')}-${String(index + 1).padStart(2, '0')}-${day.trim().padStart(2, '0')}`;
  const time = `${date}T${clock}`;
  const epochMs = Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(epochMs) ? null : { time, epochMs };
}

/** The latest year in which the day is not after the log's end (a day more, for clocks and zones). */
function guessYear(month: number, day: number, referenceMs: number): number {
  const year = new Date(referenceMs).getFullYear();
  return new Date(year, month, day).getTime() <= referenceMs + dayMs ? year : year - 1;
}
