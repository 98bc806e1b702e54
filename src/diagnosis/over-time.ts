import type { Incident, OverTime } from '../schemas/diagnosis.js';
import { bootsOf } from './boots.js';
import type { Judged } from './bursts.js';
import { inLogOrder, type Moment, momentOf } from './moment.js';
import { createRecurrences } from './recurrence.js';
import { createTrends } from './trend.js';

export interface OverTimeReader {
  /** @param index its place in the order of the log */
  add(judged: Judged, index: number): void;
  /** @param incidents those of the same reports */
  result(incidents: Incident[]): OverTime;
}

/** more reports than this are counted, and put on no clock: nothing here may grow with the log without a bound */
const mostMoments = 200_000;

/**
 * What recurs over all reports of a log, and how processes change from one to the next. Takes one report at a time, in
 * any order, and keeps none of them.
 */
export function createOverTime(): OverTimeReader {
  const recurrences = createRecurrences();
  const trends = createTrends();
  const moments: Moment[] = [];
  let reports = 0;

  return {
    add(judged, index) {
      const moment = momentOf(judged.report, index);
      reports++;
      if (moments.length < mostMoments) moments.push(moment);
      recurrences.add(judged, moment);
      trends.add(judged.report, moment);
    },
    result(incidents) {
      moments.sort(inLogOrder);
      const isAll = moments.length === reports;
      const boots = bootsOf(moments);
      const clock = clockOf(moments, boots);
      const timed = moments
        .filter(({ epochMs }) => epochMs !== null)
        .sort((a, b) => a.epochMs! - b.epochMs! || inLogOrder(a, b));
      return {
        reports,
        incidents: incidents.length,
        firstTime: timed[0]?.time ?? null,
        lastTime: timed.at(-1)?.time ?? null,
        clock,
        recurring: recurrences.result(incidents, clock),
        trends: trends.result(boots),
        complete: isAll && recurrences.complete && trends.complete,
      };
    },
  };
}

/** Uptimes of several boots are no one clock. */
function clockOf(moments: Moment[], boots: Map<number, number | null>): OverTime['clock'] {
  if (moments.some(({ epochMs }) => epochMs !== null)) return 'time';
  const known = new Set([...boots.values()].filter((boot) => boot !== null));
  return known.size === 1 ? 'uptime' : null;
}

/** Of logs that were read apart: each entry still speaks for its own log alone. */
export function mergeOverTime(left: OverTime, right: OverTime): OverTime {
  // uptimes of two hosts are no one clock, and no clock that others share
  const clock = left.clock === 'time' || right.clock === 'time' ? 'time' : null;
  const placed = ({ recurring, clock: own }: OverTime) =>
    own === clock ? recurring : recurring.map((entry) => ({ ...entry, bucketSeconds: null, buckets: [] }));
  const times = (pick: (overTime: OverTime) => string | null) =>
    [pick(left), pick(right)].filter((time) => time !== null).sort((a, b) => Date.parse(a) - Date.parse(b));
  return {
    reports: left.reports + right.reports,
    incidents: left.incidents + right.incidents,
    firstTime: times(({ firstTime }) => firstTime)[0] ?? null,
    lastTime: times(({ lastTime }) => lastTime).at(-1) ?? null,
    clock,
    recurring: [...placed(left), ...placed(right)],
    trends: [...left.trends, ...right.trends],
    complete: left.complete && right.complete,
  };
}
