import type { Report, TaskReport, Victim } from '../kernel-log/report.js';
import type { Trend } from '../schemas/diagnosis.js';
import { type Moment, median } from './moment.js';

/** How large a process was at one report. */
interface Point extends Moment {
  pid: number;
  bytes: number;
  /** the limit at which a program was killed */
  limitBytes: number | null;
}

interface Series {
  key: string;
  of: Trend['of'];
  comm: string;
  pid: number | null;
  cgroup: string | null;
  hostName: string | null;
  reports: number;
  points: Point[];
  /** of many points, those whose index this divides are kept, beside the first and the last */
  stride: number;
  first: Point;
  last: Point;
}

export interface Trends {
  add(report: Report, moment: Moment): void;
  result(boots: Map<number, number | null>): Trend[];
  /** false where there were more than are kept */
  readonly complete: boolean;
}

const mostSeries = 600;
const mostPoints = 256;
const shown = 20;
/** of each table: what matters is among the largest, and a table may have thousands of rows */
const largestTasks = 12;

/** three points at least make a trend; two only differ */
const fewest = 3;
/** what a process grows by that is worth a word */
const leastGrowth = { share: 0.1, bytes: 2 ** 20 };
/** sizes that are the same: within this share of the largest */
const sameShare = 0.1;
/** growth within one burst of kills is a program that starts, not one that leaks */
const leakSeconds = 600;
/** a rate from less would be a guess */
const rateSeconds = 60;
/** killed again this soon, a program had little time to leak */
const soonSeconds = 600;
/** of a limit: two processes of more do not fit below it, so each began after the one before was killed */
const mostOfLimit = 0.5;

/**
 * How processes and programs change from report to report. A process is one pid with one name in one boot; a program is
 * one name that is killed again and again as another process. Takes one report at a time, and keeps of each only its
 * largest tasks and its victims.
 */
export function createTrends(): Trends {
  const series = new Map<string, Series>();
  let complete = true;

  const put = (subject: Pick<Series, 'of' | 'comm' | 'pid' | 'cgroup' | 'hostName'>, place: string, point: Point) => {
    const key = JSON.stringify([subject.of, place, subject.comm, subject.pid, subject.cgroup]);
    const known = series.get(key);
    if (known) return addPoint(known, point);
    if (series.size >= mostSeries) {
      complete = false;
      dropSingles(series);
      if (series.size >= mostSeries) return;
    }
    series.set(key, { key, ...subject, reports: 1, points: [point], stride: 1, first: point, last: point });
  };

  return {
    add(report, moment) {
      if (report.kind !== 'oom-kill') return;
      const { hostName } = report;
      const limitBytes = typeof report.memory?.limitBytes === 'number' ? report.memory.limitBytes : null;
      for (const { pid, comm, bytes } of processesOf(report)) {
        put({ of: 'process', comm, pid, cgroup: null, hostName }, moment.place, { ...moment, pid, bytes, limitBytes });
      }
      for (const victim of report.victims) {
        const bytes = residentOf(victim);
        if (victim.comm === null || bytes === null) continue;
        const point = { ...moment, pid: victim.pid, bytes, limitBytes };
        put({ of: 'program', comm: victim.comm, pid: null, cgroup: report.limitCgroup, hostName }, moment.place, point);
      }
    },
    result(boots) {
      return [...series.values()]
        .flatMap((own) => (own.of === 'process' ? processTrends(own, boots) : programTrend(own)))
        .sort((a, b) => rank(a) - rank(b) || growth(b) - growth(a) || (nameOf(a) < nameOf(b) ? -1 : 1))
        .slice(0, shown);
    },
    get complete() {
      return complete;
    },
  };
}

function addPoint(own: Series, point: Point): void {
  own.reports++;
  if (inOrder(point, own.first) < 0) own.first = point;
  if (inOrder(point, own.last) > 0) own.last = point;
  if (point.index % own.stride !== 0) return;
  own.points.push(point);
  while (own.points.length > mostPoints) {
    own.stride *= 2;
    own.points = own.points.filter(({ index }) => index % own.stride === 0);
  }
}

/** Most processes stand in one report and no other: they make room, the oldest first. */
function dropSingles(series: Map<string, Series>): void {
  let toDrop = mostSeries / 2;
  for (const [key, { reports }] of series) {
    if (toDrop === 0) return;
    if (reports > 1) continue;
    series.delete(key);
    toDrop--;
  }
}

function residentOf({ anonRssBytes, fileRssBytes, shmemRssBytes }: Victim): number | null {
  return anonRssBytes === null || fileRssBytes === null ? null : anonRssBytes + fileRssBytes + (shmemRssBytes ?? 0);
}

function processesOf({ tasks, victims }: Report): { pid: number; comm: string; bytes: number }[] {
  const found = new Map<number, { pid: number; comm: string; bytes: number }>();
  for (const { pid, comm, rssBytes } of largest(tasks)) found.set(pid, { pid, comm, bytes: rssBytes! });
  for (const victim of victims) {
    const { pid, comm } = victim;
    const bytes = tasks.find((task) => task.pid === pid)?.rssBytes ?? residentOf(victim);
    if (comm !== null && bytes !== null && !found.has(pid)) found.set(pid, { pid, comm, bytes });
  }
  return [...found.values()];
}

/** The largest of a table in one pass over it. */
function largest(tasks: TaskReport[]): TaskReport[] {
  const found: TaskReport[] = [];
  for (const task of tasks) {
    if (task.rssBytes === null || task.rssBytes === 0) continue;
    if (found.length === largestTasks && !isLarger(task, found.at(-1)!)) continue;
    let place = found.length;
    while (place > 0 && isLarger(task, found[place - 1]!)) place--;
    found.splice(place, 0, task);
    if (found.length > largestTasks) found.pop();
  }
  return found;
}

function isLarger(a: TaskReport, b: TaskReport): boolean {
  return a.rssBytes === b.rssBytes ? a.pid < b.pid : a.rssBytes! > b.rssBytes!;
}

function pointsOf({ points, first, last }: Series): Point[] {
  return [...new Set([first, ...points, last])].sort(inOrder);
}

/** One report may take several processes of one program. */
function inOrder(a: Point, b: Point): number {
  return a.index - b.index || a.pid - b.pid;
}

/** One pid and name in two boots are two processes. */
function processTrends(own: Series, boots: Map<number, number | null>): Trend[] {
  const points = pointsOf(own);
  const told = points.map(({ index }) => boots.get(index) ?? null);
  const known = [...new Set(told.filter((boot) => boot !== null))];
  if (known.length <= 1) {
    return points.length < 2
      ? []
      : [
          processTrend(
            own,
            points,
            own.reports,
            told.every((boot) => boot !== null),
          ),
        ];
  }
  // what tells no boot cannot be put into one of several
  return known
    .map((boot) => points.filter((_, place) => told[place] === boot))
    .filter((ofBoot) => ofBoot.length >= 2)
    .map((ofBoot) => processTrend(own, ofBoot, ofBoot.length, true));
}

function processTrend(own: Series, points: Point[], reports: number, isOneBoot: boolean): Trend {
  const seconds = elapsed(points, isOneBoot);
  const pattern = patternOf(points);
  const isTrend = points.length >= fewest && pattern !== 'varies';
  const isOneWay = pattern === 'grows' || pattern === 'shrinks';
  const sureness = !isTrend ? 'low' : isOneBoot && seconds !== null ? 'high' : 'medium';
  const difference = points.at(-1)!.bytes - points[0]!.bytes;
  return {
    ...factsOf(own, points, reports),
    seconds,
    bytesPerHour:
      isTrend && isOneWay && seconds !== null && seconds >= rateSeconds ? perHour(difference, seconds) : null,
    pattern,
    sureness,
    sameBoot: isOneBoot ? true : null,
    looksLike: pattern === 'grows' && sureness !== 'low' && seconds !== null && seconds >= leakSeconds ? 'leak' : null,
  };
}

const perHour = (bytes: number, seconds: number) => Math.round((bytes / seconds) * 3600);

/** Kills of one program under one limit, each of another process: what it held each time. */
function programTrend(own: Series): Trend[] {
  // a process that the kernel had to kill twice died once
  const byPid = new Map(pointsOf(own).map((point) => [point.pid, point]));
  const points = [...byPid.values()].sort(inOrder);
  if (points.length < 2) return [];
  const limits = new Set(points.map(({ limitBytes }) => limitBytes));
  const isSame = isSteady(points);
  const seconds = elapsed(points, false);
  const between = gaps(points);
  const isSoon = between.length === points.length - 1 && median(between)! <= soonSeconds;
  const sureness = points.length < fewest || !isSame ? 'low' : seconds !== null ? 'high' : 'medium';
  const [limit] = limits;
  const isAtLimit =
    own.cgroup !== null &&
    limits.size === 1 &&
    limit != null &&
    points.every(({ bytes }) => bytes > mostOfLimit * limit);
  return [
    {
      ...factsOf(own, points, own.points.length === own.reports ? points.length : own.reports),
      seconds,
      bytesPerHour: null,
      pattern: isSame ? 'steady' : patternOf(points),
      sureness,
      sameBoot: null,
      looksLike: isAtLimit && isSame && isSoon && sureness === 'high' ? 'larger-than-limit' : null,
    },
  ];
}

type Facts = Omit<Trend, 'seconds' | 'bytesPerHour' | 'pattern' | 'sureness' | 'sameBoot' | 'looksLike'>;

function factsOf({ of, comm, pid, cgroup, hostName }: Series, points: Point[], reports: number): Facts {
  const sizes = points.map(({ bytes }) => bytes);
  const limits = points.map(({ limitBytes }) => limitBytes);
  const isProgram = of === 'program';
  return {
    of,
    comm,
    pid,
    cgroup,
    hostName,
    reports,
    firstTime: points[0]!.time,
    lastTime: points.at(-1)!.time,
    firstBytes: sizes[0]!,
    lastBytes: sizes.at(-1)!,
    smallestBytes: Math.min(...sizes),
    largestBytes: Math.max(...sizes),
    firstLimitBytes: isProgram ? limits[0]! : null,
    lastLimitBytes: isProgram ? limits.at(-1)! : null,
  };
}

/** From the first to the last, by the clock, or by the uptime of one boot; null where neither tells. */
function elapsed(points: Point[], isOneBoot: boolean): number | null {
  const first = points[0]!;
  const last = points.at(-1)!;
  const passed =
    first.epochMs !== null && last.epochMs !== null
      ? (last.epochMs - first.epochMs) / 1000
      : isOneBoot && first.uptimeSeconds !== null && last.uptimeSeconds !== null
        ? last.uptimeSeconds - first.uptimeSeconds
        : -1;
  return passed >= 0 ? passed : null;
}

function gaps(points: Point[]): number[] {
  return points.slice(1).flatMap((point, place) => elapsed([points[place]!, point], false) ?? []);
}

/** Growth is growth at each report, by enough to be worth a word. */
function patternOf(points: Point[]): Trend['pattern'] {
  const sizes = points.map(({ bytes }) => bytes);
  const first = sizes[0]!;
  const last = sizes.at(-1)!;
  const isMuch = Math.abs(last - first) >= Math.max(leastGrowth.bytes, leastGrowth.share * first);
  if (isMuch && sizes.every((size, place) => place === 0 || size >= sizes[place - 1]!)) return 'grows';
  if (isMuch && sizes.every((size, place) => place === 0 || size <= sizes[place - 1]!)) return 'shrinks';
  return isSteady(points) ? 'steady' : 'varies';
}

function isSteady(points: Point[]): boolean {
  const sizes = points.map(({ bytes }) => bytes);
  const most = Math.max(...sizes);
  return most - Math.min(...sizes) <= sameShare * most;
}

/** What says most comes first. */
function rank({ looksLike, of, pattern, sureness }: Trend): number {
  if (looksLike === 'leak') return 0;
  if (looksLike !== null) return 1;
  if (of === 'program' && sureness !== 'low') return 2;
  return pattern === 'grows' ? 3 : of === 'program' ? 4 : 5;
}

function growth({ firstBytes, lastBytes }: Trend): number {
  return lastBytes - firstBytes;
}

function nameOf({ of, comm, pid, cgroup, hostName, firstTime }: Trend): string {
  return JSON.stringify([of, comm, pid, cgroup, hostName, firstTime]);
}
