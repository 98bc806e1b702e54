import type { Diagnosis, OverTime, Recurrence } from '../schemas/diagnosis.js';
import { widthOf } from '../text/width.js';
import { block, fitEnd, fitMiddle, padEnd, padStart, sides } from './layout.js';
import { type Screen, styled } from './screen.js';
import { duration, readTime } from './time.js';
import { trendWords } from './trend-words.js';

const shownRows = 4;
const shownTrends = 3;
const shownVictims = 3;
/** cells: on a screen as narrow as this the row's words give way to its number */
const narrow = 60;
/** what lies closer together is one burst: its incident tells it, and a line of time would not */
const leastSeconds = 60;

/** What recurs, as one row of time for each cgroup or cause, and what the sizes of processes show from report to report. */
export function timelineRows(screen: Screen, { overTime }: Diagnosis): string[] {
  const { recurring, incidents } = overTime;
  const rows = rowsOf(recurring);
  const span = spanOf(rows);
  const words = overTime.trends.flatMap((trend) => trendWords(screen, trend) ?? []).slice(0, shownTrends);
  const isBurst = incidents < 2 && (span === null || span.end - span.start < leastSeconds);
  if (rows.length === 0 || overTime.reports < 2 || (isBurst && words.length === 0)) return [];
  const shown = rows.slice(0, shownRows);
  return [
    ...sides(screen, 'Over time', spanWords(screen, overTime), { leftStyle: 'bold', rightStyle: 'dim' }),
    ...(isBurst ? [] : chart(screen, shown, span, overTime.clock)),
    ...(rows.length > shown.length ? block(screen, moreWords(rows.slice(shownRows)), { indent: 2, style: 'dim' }) : []),
    ...victimRows(screen, recurring),
    ...words.flatMap((text) => block(screen, text, { indent: 2, most: 5 })),
  ];
}

/** Cgroups, and the causes that no cgroup stands for. */
function rowsOf(recurring: Recurrence[]): Recurrence[] {
  const group = ({ kind, killer, cause, hostName }: Recurrence) => JSON.stringify([kind, killer, cause, hostName]);
  const cgroups = recurring.filter(({ of }) => of === 'cgroup');
  const covered = new Map<string, number>();
  for (const row of cgroups) covered.set(group(row), (covered.get(group(row)) ?? 0) + row.reports);
  const causes = recurring.filter((row) => row.of === 'cause' && (covered.get(group(row)) ?? 0) < row.reports);
  return [...cgroups, ...causes].sort((a, b) => b.reports - a.reports);
}

interface Span {
  start: number;
  end: number;
}

function spanOf(rows: Recurrence[]): Span | null {
  const ends = rows.flatMap(({ buckets, bucketSeconds }) =>
    buckets.length === 0 ? [] : [buckets[0]!.atSeconds, buckets.at(-1)!.atSeconds + bucketSeconds!],
  );
  return ends.length === 0 ? null : { start: Math.min(...ends), end: Math.max(...ends) };
}

function spanWords({ columns }: Screen, { firstTime, lastTime, reports, incidents }: OverTime): string {
  const [first, last] = [readTime(firstTime), readTime(lastTime)];
  if (!first || !last) return `${reports} reports in ${incidents} ${incidents === 1 ? 'incident' : 'incidents'}`;
  return first.day === last.day
    ? `${first.day}, ${first.clock} to ${last.clock}`
    : `${withoutYear(first.day)} ${minutes(first.clock)} to ${columns < narrow ? withoutYear(last.day) : last.day} ${minutes(last.clock)}`;
}

const withoutYear = (day: string) => day.replace(/ \d{4}$/, '');
const minutes = (clock: string) => clock.slice(0, 5);

function chart(screen: Screen, rows: Recurrence[], span: Span | null, clock: OverTime['clock']): string[] {
  const labels = rows.map((row) => fitMiddle(screen, labelOf(row), Math.floor(screen.columns * 0.3)));
  const notes = rows.map((row) => noteOf(screen, row));
  const [labelWidth, noteWidth] = [labels, notes].map((texts) => Math.max(...texts.map(widthOf))) as [number, number];
  const width = screen.columns - labelWidth - noteWidth - 6;
  const lines = rows.map((row, index) => {
    const cells = span === null ? '' : `${padEnd(cellsOf(screen, row, span, width), width)}  `;
    return `  ${padEnd(labels[index]!, labelWidth)}  ${cells}${padStart(notes[index]!, span === null ? 0 : noteWidth)}`;
  });
  if (span === null || clock === null) return lines;
  const axis = axisOf(span, width, clock);
  return [...lines, ...(axis === '' ? [] : [`${' '.repeat(labelWidth + 4)}${styled(screen, 'dim', axis)}`])];
}

function labelOf({ of, name, cause, kind, killer, hostName }: Recurrence): string {
  const where = hostName === null || of === 'cgroup' ? '' : ` on ${hostName}`;
  if (of === 'cgroup') return name!;
  if (kind === 'allocation-failure') return `failed allocations${where}`;
  if (kind === 'userspace-kill') return `${killer ?? 'another program'}${where}`;
  return `${causeLabels[cause]}${where}`;
}

const causeLabels: Record<Recurrence['cause'], string> = {
  'cgroup-limit': 'a cgroup limit',
  'parent-cgroup-limit': 'a parent cgroup limit',
  'global-memory': 'host memory',
  'memory-node': 'memory node',
  fragmentation: 'fragmentation',
  manual: 'SysRq f',
  unknown: 'cause not known',
};

/** How often, and how long from one to the next: half of the times between are shorter. */
function noteOf({ columns }: Screen, { reports, medianSecondsBetween }: Recurrence): string {
  if (columns < narrow) return `${reports}x`;
  const times = reports === 1 ? 'once' : reports === 2 ? 'twice' : `${reports} times`;
  return medianSecondsBetween === null ? times : `${times}, ~${duration(medianSecondsBetween)} apart`;
}

const levels = '▁▂▃▄▅▆▇█';

function cellsOf({ unicode }: Screen, { buckets, bucketSeconds }: Recurrence, span: Span, width: number): string {
  const counts = new Array<number>(width).fill(0);
  for (const { atSeconds, reports } of buckets) {
    const middle = atSeconds + bucketSeconds! / 2;
    const cell = Math.floor(((middle - span.start) / (span.end - span.start)) * width);
    counts[Math.max(0, Math.min(width - 1, cell))]! += reports;
  }
  const most = Math.max(...counts);
  return counts
    .map((count) => {
      if (count === 0) return unicode ? '·' : '.';
      if (!unicode) return count > 9 ? '+' : String(count);
      return levels[most === 1 ? 3 : Math.ceil((count / most) * levels.length) - 1];
    })
    .join('');
}

const minute = 60;
const hour = 3600;
const day = 86_400;
const steps = [
  ...[1, 5, 15, 30],
  ...[1, 5, 15, 30].map((count) => count * minute),
  ...[1, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];

/** `|12:00    |18:00    |24 Nov`: hours and days on this host's clock, or the time since the host started. */
function axisOf({ start, end }: Span, width: number, clock: 'time' | 'uptime'): string {
  const fits = (step: number) => ((end - start) / step) * (labelCells(step) + 1) <= width;
  const step = steps.find(fits) ?? 3650 * day;
  let line = '';
  for (const tick of ticks(start, end, step, clock)) {
    const place = Math.floor(((tick - start) / (end - start)) * width);
    const text = `|${clock === 'uptime' ? duration(tick) : tickWords(tick, step)}`;
    if (place + text.length > width || (line !== '' && place <= line.length)) continue;
    line = padEnd(line, place) + text;
  }
  return line;
}

/** `|18:00:05`, `|18:00`, `|24 Nov`, `|Nov 2026` */
function labelCells(step: number): number {
  if (step < minute || step >= 90 * day) return 9;
  return step < day ? 6 : 7;
}

function ticks(start: number, end: number, step: number, clock: 'time' | 'uptime'): number[] {
  const found: number[] = [];
  if (clock === 'uptime') {
    for (let tick = Math.ceil(start / step) * step; tick < end; tick += step) found.push(tick);
    return found;
  }
  const first = new Date(start * 1000);
  // counted from midnight on; days are not all of one length
  const midnightOf = (days: number) =>
    new Date(first.getFullYear(), first.getMonth(), first.getDate() + days).getTime() / 1000;
  const midnight = midnightOf(0);
  for (let count = step < day ? Math.floor((start - midnight) / step) : 0; ; count++) {
    const tick = step < day ? midnight + count * step : midnightOf((count * step) / day);
    if (!(tick < end)) return found;
    if (tick >= start) found.push(tick);
  }
}

function tickWords(tick: number, step: number): string {
  const time = readTime(new Date(tick * 1000).toISOString());
  if (!time) return '';
  const [, number, month, year] = time.day.split(' ');
  if (step >= 90 * day) return `${month} ${year}`;
  if (step >= day || time.clock === '00:00:00') return `${number} ${month}`;
  return step >= minute ? minutes(time.clock) : time.clock;
}

function moreWords(rows: Recurrence[]): string {
  const reports = rows.reduce((sum, row) => sum + row.reports, 0);
  return `and ${rows.length} more, with ${reports} ${reports === 1 ? 'report' : 'reports'}`;
}

/** Whom kills of the host's memory take again and again. */
function victimRows(screen: Screen, recurring: Recurrence[]): string[] {
  const victims = recurring.filter(({ of, kind, reports }) => of === 'victim' && kind === 'oom-kill' && reports > 1);
  if (victims.length === 0) return [];
  const names = victims
    .slice(0, shownVictims)
    .map(({ name, reports }) => `${fitEnd(screen, name!, 20)} ${reports === 2 ? 'twice' : `${reports} times`}`);
  return block(screen, `Killed first, with no cgroup's limit reached: ${names.join(', ')}.`, { indent: 2 });
}
