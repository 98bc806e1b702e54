import type { Report } from '../kernel-log/report.js';
import type { Judgement } from './causes/index.js';

export interface Judged {
  report: Report;
  judgement: Judgement;
}

const quietMs = 10 * 60 * 1000;

/**
 * Reports of one cause and one cgroup (or one victim, where the host's memory is meant) are one incident, until ten
 * quiet minutes or until the cgroup was made anew, which its failcnt shows by going down.
 * @returns each burst oldest first; the bursts newest first
 */
export function bursts(judged: Judged[]): Judged[][] {
  const open = new Map<string, Judged[]>();
  const found: Judged[][] = [];
  const place = new Map<Judged, number>();
  for (const next of inOrder(judged)) {
    place.set(next, place.size);
    const key = keyOf(next);
    const burst = open.get(key);
    if (burst && goesOn(burst.at(-1)!.report, next.report)) {
      burst.push(next);
    } else {
      const fresh = [next];
      open.set(key, fresh);
      found.push(fresh);
    }
  }
  return found.sort((a, b) => place.get(b.at(-1)!)! - place.get(a.at(-1)!)!);
}

/** By time where it can be placed; a report without a time stays behind the one before it in the log. */
export function inOrder(judged: Judged[]): Judged[] {
  let last = Number.NEGATIVE_INFINITY;
  const placed = judged.map((item) => {
    last = item.report.epochMs ?? last;
    return { item, at: last };
  });
  return placed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ item }) => item);
}

function keyOf({ report, judgement }: Judged): string {
  const whose = report.limitCgroup ?? report.victims[0]?.comm ?? report.trigger?.comm ?? null;
  return JSON.stringify([report.kind, report.killer, report.hostName, judgement.cause, report.scope, whose]);
}

function goesOn(last: Report, next: Report): boolean {
  const before = last.memory?.failcnt ?? null;
  const after = next.memory?.failcnt ?? null;
  if (before !== null && after !== null && after < before) return false;
  if (last.epochMs !== null && next.epochMs !== null) return next.epochMs - last.epochMs <= quietMs;
  if (last.source.name !== next.source.name) return false;
  if (last.uptimeSeconds === null || next.uptimeSeconds === null) return true;
  const passed = (next.uptimeSeconds - last.uptimeSeconds) * 1000;
  // Seconds since boot that go back are those of another boot.
  return passed >= 0 && passed <= quietMs;
}
