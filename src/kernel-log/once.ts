import type { FoundReport } from './find-reports.js';
import type { Report } from './report.js';

/** One event, logged in two places a little apart: rsyslog's stamp is its own, dmesg -T's is worked out from the uptime. */
const apartMs = 5_000;

/** Two sources that tell of one event count once; the fuller report stays. Within one source every report counts. */
export function countOnce(sources: FoundReport[][]): FoundReport[] {
  const kept: FoundReport[] = [];
  // what has no time of its own stays behind what stood before it
  const place = new Map<Report, number>();
  for (const found of sources) {
    let last = 0;
    for (const { report } of found) {
      last = report.epochMs ?? last;
      place.set(report, last);
    }
    const earlier = kept.length;
    for (const candidate of found) {
      const twin = kept.slice(0, earlier).findIndex(({ report }) => isSame(report, candidate.report));
      if (twin < 0) kept.push(candidate);
      else if (fullness(candidate.report) > fullness(kept[twin]!.report)) kept[twin] = candidate;
    }
  }
  return kept.sort((a, b) => place.get(a.report)! - place.get(b.report)!);
}

function isSame(a: Report, b: Report): boolean {
  const apart = apartFrom(a, b);
  if (a.id === b.id) return apart === null || apart <= apartMs || isZoneApart(a, b, apart);
  if (a.kind !== b.kind || apart === null || apart > apartMs) return false;
  const pids = (report: Report) => report.victims.map(({ pid, comm }) => `${pid} ${comm}`).sort();
  return a.victims.length > 0 && pids(a).join() === pids(b).join();
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
