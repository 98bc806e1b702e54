import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { OverTime, Recurrence, Trend } from '../../src/schemas/diagnosis.js';
import { showDiagnosis } from '../../src/ui/diagnosis.js';
import { timelineRows } from '../../src/ui/timeline.js';
import { trendWords } from '../../src/ui/trend-words.js';
import { diagnosis, plain } from './sample.js';

const MiB = 2 ** 20;
const start = new Date(2026, 10, 20, 3, 0, 0).getTime() / 1000;
const hour = 3600;

function row(changes: Partial<Recurrence> = {}): Recurrence {
  return {
    of: 'cgroup',
    name: '/shop',
    kind: 'oom-kill',
    killer: null,
    cause: 'cgroup-limit',
    hostName: null,
    reports: 4,
    incidents: 3,
    firstTime: null,
    lastTime: null,
    medianSecondsBetween: 6 * hour,
    bucketSeconds: 1024,
    buckets: [
      { atSeconds: start, reports: 1 },
      { atSeconds: start + 20 * hour, reports: 1 },
      { atSeconds: start + 59 * hour, reports: 2 },
    ],
    ...changes,
  };
}

function trend(changes: Partial<Trend> = {}): Trend {
  return {
    of: 'process',
    comm: 'agentd',
    pid: 77,
    cgroup: null,
    hostName: null,
    reports: 3,
    firstTime: null,
    lastTime: null,
    firstBytes: 100 * MiB,
    lastBytes: 200 * MiB,
    smallestBytes: 100 * MiB,
    largestBytes: 200 * MiB,
    firstLimitBytes: null,
    lastLimitBytes: null,
    seconds: 2 * hour,
    bytesPerHour: 50 * MiB,
    pattern: 'grows',
    sureness: 'high',
    sameBoot: true,
    looksLike: 'leak',
    ...changes,
  };
}

const program = (changes: Partial<Trend> = {}) =>
  trend({ of: 'program', comm: 'cart', pid: null, cgroup: '/shop', pattern: 'steady', looksLike: null, ...changes });

function told(changes: Partial<OverTime> = {}) {
  const overTime: OverTime = {
    reports: 6,
    incidents: 5,
    firstTime: '2026-11-20T03:00:00',
    lastTime: '2026-11-22T14:17:04',
    clock: 'time',
    recurring: [
      row({ of: 'cause', name: null }),
      row(),
      row({ of: 'cause', name: null, cause: 'global-memory', reports: 2, medianSecondsBetween: null }),
      row({ of: 'victim', name: 'java', cause: 'global-memory', reports: 2 }),
    ],
    trends: [trend(), program()],
    complete: true,
    ...changes,
  };
  return diagnosis({ overTime });
}

describe('the line of time', () => {
  test('at 80 columns: what recurs, when, how often, and what grew', () => {
    expect(timelineRows(plain, told()).join('\n')).toMatchInlineSnapshot(`
      "Over time                              Fri 20 Nov 03:00 to Sun 22 Nov 2026 14:17
        /shop        ▄·············▄····························█  4 times, ~6 h apart
        host memory  ▄·············▄····························█                twice
                           |12:00   |21 Nov  |12:00   |22 Nov
        Killed first, with no cgroup's limit reached: java twice.
        agentd (77) grew in each of 3 reports, from 100 MiB to 200 MiB within 2 h, 50
        MiB an hour: it looks like a leak.
        cart was killed 3 times at the same size in /shop, 100 MiB to 200 MiB. Whether
        it leaks or always needs that much, the reports do not tell."
    `);
  });
  test('at 40 columns', () => {
    expect(timelineRows({ ...plain, columns: 40 }, told()).join('\n')).toMatchInlineSnapshot(`
      "Over time
          Fri 20 Nov 03:00 to Sun 22 Nov 14:17
        /shop        ▄······▄············█  4x
        host memory  ▄······▄············█  2x
                            |21 Nov
        Killed first, with no cgroup's limit
        reached: java twice.
        agentd (77) grew in each of 3 reports,
        from 100 MiB to 200 MiB within 2 h, 50
        MiB an hour: it looks like a leak.
        cart was killed 3 times at the same
        size in /shop, 100 MiB to 200 MiB.
        Whether it leaks or always needs that
        much, the reports do not tell."
    `);
  });
  test('in ASCII the counts are figures', () => {
    const lines = timelineRows({ ...plain, unicode: false }, told()).join('\n');
    expect(lines).toMatch(/^ {2}\/shop +1\.+1\.+2 +4 times, ~6 h apart$/m);
    expect(lines).toMatch(/^[ -~\n]*$/);
  });
  test('no line is wider than the screen, whatever the names', () => {
    const name = `/${'長い名前\u202e'.repeat(300)}`;
    const long = told({
      recurring: [row({ name, hostName: name }), row({ of: 'victim', name }), row({ of: 'cause', hostName: name })],
      trends: [trend({ comm: name }), program({ comm: name, cgroup: name })],
    });
    for (const columns of [40, 57, 80, 100]) {
      for (const unicode of [true, false]) {
        const lines = timelineRows({ ...plain, columns, unicode }, long);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('')).not.toContain('\u202e');
      }
    }
  });
  test('by the uptime, where there is no other clock', () => {
    const at = (atSeconds: number) => ({ atSeconds, reports: 1 });
    const recurring = [row({ bucketSeconds: 64, buckets: [at(3584), at(7168), at(36_864)] })];
    const lines = timelineRows(plain, told({ clock: 'uptime', firstTime: null, lastTime: null, recurring }));
    expect(lines.join('\n')).toMatch(/\|3 h +\|6 h/);
    expect(lines[0]).toMatch(/6 reports in 5 incidents$/);
  });
  test('without a clock the counts stand alone', () => {
    const recurring = [row({ buckets: [], bucketSeconds: null, medianSecondsBetween: null })];
    expect(timelineRows(plain, told({ clock: null, recurring, trends: [] }))[1]).toBe('  /shop  4 times');
  });
  test('of a minute, hours, days, months and years', () => {
    const axis = (seconds: number) => {
      const buckets = [start, start + seconds - 1].map((atSeconds) => ({ atSeconds, reports: 1 }));
      return timelineRows(plain, told({ recurring: [row({ buckets, bucketSeconds: 1 })], trends: [] }))[2];
    };
    expect(axis(90)).toContain('|03:00:30');
    expect(axis(40 * 60)).toContain('|03:15');
    expect(axis(5 * hour)).toContain('|04:00');
    expect(axis(40 * hour)).toContain('|21 Nov');
    expect(axis(300 * 24 * hour)).toContain('|Feb 2027');
    expect(axis(60 * 365 * 24 * hour)).toMatch(/\|\w{3} 20\d\d/);
  });
  test('many rows are counted', () => {
    const recurring = Array.from({ length: 9 }, (_, index) => row({ name: `/pod-${index}` }));
    expect(timelineRows(plain, told({ recurring })).join('\n')).toContain('and 5 more, with 20 reports');
  });
  test('of one report, or one burst without a trend, there is nothing to say', () => {
    expect(timelineRows(plain, told({ reports: 1, incidents: 1 }))).toEqual([]);
    const burst = [row({ bucketSeconds: 1, buckets: [{ atSeconds: start, reports: 3 }] })];
    expect(timelineRows(plain, told({ reports: 3, incidents: 1, recurring: burst, trends: [] }))).toEqual([]);
  });
  test('it stands on the screen of a diagnosis', () => {
    expect(showDiagnosis(told(), plain, { allChecks: false, command: 'undoom' })).toContain('\nOver time ');
  });
});

describe('a trend in words', () => {
  const words = (one: Trend) => trendWords(plain, one);
  test('claims no more than its reports show', () => {
    expect(words(trend())).toBe(
      'agentd (77) grew in each of 3 reports, from 100 MiB to 200 MiB within 2 h, 50 MiB an hour: it looks like a leak.',
    );
    expect(words(trend({ sureness: 'medium', sameBoot: null }))).toMatch(
      /leak \(if it is one process: the log does not tell when the host started\)\.$/,
    );
    expect(words(trend({ seconds: null, bytesPerHour: null, sureness: 'medium', looksLike: null }))).toBe(
      'agentd (77) grew in each of 3 reports, from 100 MiB to 200 MiB; the log does not tell how fast.',
    );
    expect(words(program())).toBe(
      'cart was killed 3 times at the same size in /shop, 100 MiB to 200 MiB. Whether it leaks or always needs that much, the reports do not tell.',
    );
    expect(words(program({ smallestBytes: 200 * MiB, looksLike: 'larger-than-limit' }))).toBe(
      'cart was killed 3 times at the same size in /shop, 200 MiB, each soon after the kill before: it needs more than the limit soon after it starts.',
    );
  });
  test('two points, a process that is steady, and a program of several sizes are not told', () => {
    expect(words(trend({ sureness: 'low' }))).toBeNull();
    expect(words(trend({ pattern: 'steady', looksLike: null }))).toBeNull();
    expect(words(program({ pattern: 'varies' }))).toBeNull();
  });
});
