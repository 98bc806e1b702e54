import type { Incident, Recurrence } from '../schemas/diagnosis.js';
import type { Judged } from './bursts.js';
import { createHistogram, type Histogram } from './histogram.js';
import { type Moment, median } from './moment.js';

type Subject = Recurrence['of'];

interface Series {
  subject: Omit<
    Recurrence,
    'reports' | 'incidents' | 'firstTime' | 'lastTime' | 'medianSecondsBetween' | 'bucketSeconds' | 'buckets'
  >;
  reports: number;
  first: Moment | null;
  last: Moment | null;
  epochMs: number[];
  byTime: Histogram;
  byUptime: Histogram;
}

export interface Recurrences {
  add(judged: Judged, moment: Moment): void;
  /**
   * @param incidents those of the same reports
   * @param clock what the buckets are counted by
   */
  result(incidents: Incident[], clock: 'time' | 'uptime' | null): Recurrence[];
  /** false where there were more than are kept */
  readonly complete: boolean;
}

const mostSeries = 300;
const shown = 100;
/** times kept for the medians, over all series: with more, no median is told */
const mostTimes = 200_000;
const fewestForMedian = 3;

/**
 * What recurs: each cause, each cgroup whose limit was hit, and each program that a host-wide kill took. Bounded: a
 * flood of names keeps the first ones, and says that it is not complete.
 */
export function createRecurrences(): Recurrences {
  const series = new Map<string, Series>();
  let times = 0;
  let complete = true;

  const seriesOf = (subject: Series['subject']): Series | null => {
    const key = keyOf(subject);
    const known = series.get(key);
    if (known) return known;
    if (series.size >= mostSeries) {
      complete = false;
      return null;
    }
    const fresh: Series = {
      subject,
      reports: 0,
      first: null,
      last: null,
      epochMs: [],
      byTime: createHistogram(),
      byUptime: createHistogram(),
    };
    series.set(key, fresh);
    return fresh;
  };

  return {
    add({ report, judgement }, moment) {
      for (const subject of subjectsOf({ ...report, cause: judgement.cause })) {
        const own = seriesOf(subject);
        if (!own) continue;
        own.reports++;
        if (moment.epochMs !== null) {
          if (own.first === null || isBefore(moment, own.first)) own.first = moment;
          if (own.last === null || isBefore(own.last, moment)) own.last = moment;
          own.byTime.add(moment.epochMs / 1000);
          if (times++ < mostTimes) own.epochMs.push(moment.epochMs);
        } else if (moment.uptimeSeconds !== null) own.byUptime.add(moment.uptimeSeconds);
      }
    },
    result(incidents, clock) {
      const counts = new Map<string, number>();
      for (const incident of incidents) {
        for (const subject of subjectsOf(incident)) {
          const key = keyOf(subject);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      return [...series]
        .map(([key, own]) => ({ key, own }))
        .sort((a, b) => b.own.reports - a.own.reports || (a.key < b.key ? -1 : 1))
        .slice(0, shown)
        .map(({ key, own }) => {
          const histogram = clock === 'time' ? own.byTime : clock === 'uptime' ? own.byUptime : null;
          const { widthSeconds, counts: buckets } = histogram?.buckets() ?? { widthSeconds: null, counts: [] };
          return {
            ...own.subject,
            reports: own.reports,
            incidents: counts.get(key) ?? 0,
            firstTime: own.first?.time ?? null,
            lastTime: own.last?.time ?? null,
            medianSecondsBetween: times > mostTimes ? null : medianGap(own.epochMs),
            bucketSeconds: buckets.length === 0 ? null : widthSeconds,
            buckets: buckets.map(([atSeconds, reports]) => ({ atSeconds, reports })),
          };
        });
    },
    get complete() {
      return complete;
    },
  };
}

/** Of one time the one that the log has first. */
function isBefore(a: Moment, b: Moment): boolean {
  return a.epochMs === b.epochMs ? a.index < b.index : a.epochMs! < b.epochMs!;
}

type Told = Pick<Incident, 'kind' | 'killer' | 'cause' | 'hostName' | 'limitCgroup'> & {
  victims: { comm: string | null }[];
};

function subjectsOf({ kind, killer, cause, hostName, limitCgroup, victims }: Told): Series['subject'][] {
  const common = { kind, killer, cause, hostName };
  const subject = (of: Subject, name: string | null) => ({ of, name, ...common });
  const comm = victims[0]?.comm ?? null;
  const whose =
    limitCgroup !== null ? [subject('cgroup', limitCgroup)] : comm !== null ? [subject('victim', comm)] : [];
  return [subject('cause', null), ...whose];
}

function keyOf({ of, name, kind, killer, cause, hostName }: Series['subject']): string {
  return JSON.stringify([of, name, kind, killer, cause, hostName]);
}

function medianGap(epochMs: number[]): number | null {
  if (epochMs.length < fewestForMedian) return null;
  const sorted = epochMs.toSorted((a, b) => a - b);
  return median(sorted.slice(1).map((time, index) => (time - sorted[index]!) / 1000));
}
