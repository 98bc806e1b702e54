import type { FoundReport } from './find-reports.js';
import type { Report } from './report.js';

/** One event, logged in two places a little apart: rsyslog's stamp is its own, dmesg -T's is worked out from the uptime. */
const apartMs = 5_000;

/** Two sources that tell of one event count once; the fuller report stays. Within one source every report counts. */
export function countOnce(sources: FoundReport[][]): FoundReport[] {
  const kept: FoundReport[] = [];
  // what has no time of its own stays behind what stood before it
  const place = new Map<Report, number>();
  /** those kept of earlier sources, by each key that a twin shares */
  const byKey = new Map<string, number[]>();
  for (const found of sources) {
    let last = 0;
    for (const { report } of found) {
      last = report.epochMs ?? last;
      place.set(report, last);
    }
    const fresh: number[] = [];
    for (const candidate of found) {
      const near = new Set(keysOf(candidate.report).flatMap((key) => byKey.get(key) ?? []));
      const twin = [...near].sort((a, b) => a - b).find((index) => isSame(kept[index]!.report, candidate.report));
      if (twin === undefined) fresh.push(kept.push(candidate) - 1);
      else if (fullness(candidate.report) > fullness(kept[twin]!.report)) {
        kept[twin] = candidate;
        fresh.push(twin);
      }
    }
    if (found === sources.at(-1)) break;
    for (const index of fresh) {
      for (const key of keysOf(kept[index]!.report)) {
        const others = byKey.get(key);
        if (others) others.push(index);
        else byKey.set(key, [index]);
      }
    }
  }
  return kept.sort((a, b) => place.get(a.report)! - place.get(b.report)!);
}

/** Twins have one of these in common: the id, or whom they killed. */
function keysOf(report: Report): string[] {
  return report.victims.length > 0 ? [report.id, `${report.kind} ${whom(report)}`] : [report.id];
}

const whom = ({ victims }: Report) =>
  victims
    .map(({ pid, comm }) => `${pid} ${comm}`)
    .sort()
    .join();

function isSame(a: Report, b: Report): boolean {
  const apart = apartFrom(a, b);
  if (a.id === b.id) return apart === null || apart <= apartMs || isZoneApart(a, b, apart);
  if (a.kind !== b.kind || apart === null || apart > apartMs) return false;
  return a.victims.length > 0 && whom(a) === whom(b);
}

const quarterMs = 15 * 60_000;
const farthestZoneMs = 14 * 60 * 60_000;

/** One has its zone and the other is some host's wall clock, read as this machine's: whole quarters of an hour lie between. */
function isZoneApart(a: Report, b: Report, apart: number): boolean {
  const hasZone = ({ time }: Report) => /(?:Z|[+-]\d{2}:?\d{2})$/.test(time ?? 'Z');
  if (hasZone(a) === hasZone(b) || apart > farthestZoneMs + apartMs) return false;
  return (apart + apartMs) % quarterMs <= 2 * apartMs;
}

/** Milliseconds between them on a clock that both have; null where there is none. */
function apartFrom(a: Report, b: Report): number | null {
  if (a.uptimeSeconds !== null && b.uptimeSeconds !== null) return Math.abs(a.uptimeSeconds - b.uptimeSeconds) * 1000;
  return a.epochMs !== null && b.epochMs !== null ? Math.abs(a.epochMs - b.epochMs) : null;
}

function fullness(report: Report): number {
  const known = Object.values(report).filter(
    (value) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return known.length + report.zones.length + report.tasks.length + report.victims.length - report.gaps.length;
}
