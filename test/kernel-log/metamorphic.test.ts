import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/diagnosis/causes/index.js';
import { type FoundReport, reportsFromText } from '../../src/kernel-log/index.js';
import { countOnce } from '../../src/kernel-log/once.js';
import { carriers, type Printed, printedOfFixtures, referenceMs } from './carriers.js';

// stamps without a zone are read as this machine's
process.env.TZ = 'UTC';

const read = (text: string, name = 'log') =>
  reportsFromText(text, { kind: 'file', name, forgeable: true }, referenceMs);

/** What no carrier changes. */
function facts({ report }: FoundReport) {
  const { cause, confidence } = judge(report);
  return {
    id: report.id,
    kind: report.kind,
    cause,
    confidence,
    victims: report.victims,
    limitCgroup: report.limitCgroup,
    taskCgroup: report.taskCgroup,
    trigger: report.trigger,
    kernel: report.kernel,
    memInfoPages: report.memInfoPages,
    cgroupStats: report.cgroupStats,
    slabDump: report.slabDump,
    zones: report.zones.map(({ quote, ...zone }) => zone),
    buddy: report.buddy.map(({ quote, ...buddy }) => buddy),
    tasks: report.tasks,
  };
}

const fixtures = printedOfFixtures();
const plain = carriers.find(({ name }) => name === 'dmesg, each line stamped')!;
const whole = new Map(fixtures.map(({ name, printed }) => [name, read(plain.carry(printed))]));

describe('every carrier gives the same reports', () => {
  test.each(carriers.map((carrier) => [carrier.name, carrier] as const))('%s', (_name, { carry }) => {
    for (const { name, printed } of fixtures) {
      const found = read(carry(printed));
      expect(found.map(facts), name).toEqual(whole.get(name)!.map(facts));
    }
  });
});

describe('a stamp is read as what it is', () => {
  const one: Printed[] = [
    { message: 'Memory cgroup out of memory: Killed process 7 (a) total-vm:8kB, anon-rss:4kB', uptimeSeconds: 3600.5 },
  ];
  /** carriers whose stamp is on the wall, whatever the language or the order */
  const stamped = carriers.filter(({ name }) =>
    /-T|short-|syslog|CRI|Google|logcat, t|awslogs$|Loki|Splunk/.test(name),
  );
  const without = /monotonic|delta|last_kmsg|logcat, tag/;
  test.each(stamped.filter(({ name }) => !without.test(name)).map(({ name, carry }) => [name, carry] as const))(
    '%s',
    (_name, carry) => {
      expect(read(carry(one))[0]!.report.time).toMatch(/^2026-11-24T02:00:00/);
    },
  );
});

const fixture = fc.constantFrom(...fixtures.filter(({ printed }) => printed.length > 2));
const surest = (found: FoundReport[]) =>
  found.map(facts).filter(({ confidence, cause }) => confidence === 'high' && cause !== 'unknown');

test('a cut at either end never makes another sure cause', () => {
  fc.assert(
    fc.property(fixture, fc.nat(), fc.nat(), fc.constantFrom(...carriers), ({ name, printed }, a, b, { carry }) => {
      const [from, to] = [a % (printed.length + 1), b % (printed.length + 1)].sort((x, y) => x - y);
      const causes = new Set(whole.get(name)!.map((found) => facts(found).cause));
      for (const { cause } of surest(read(carry(printed.slice(from, to))))) expect(causes).toContain(cause);
    }),
    { numRuns: 400 },
  );
});

test('lines that are lost anywhere never make another sure cause', () => {
  fc.assert(
    fc.property(
      fixture,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      ({ name, printed }, chances) => {
        const kept = printed.filter(() => chances.next().value < 0.7);
        const causes = new Set(whole.get(name)!.map((found) => facts(found).cause));
        for (const { cause } of surest(read(plain.carry(kept)))) expect(causes).toContain(cause);
      },
    ),
    { numRuns: 400 },
  );
});

test('one log in two files, in two carriers, counts once', () => {
  fc.assert(
    fc.property(fixture, fc.constantFrom(...carriers), fc.constantFrom(...carriers), ({ name, printed }, one, two) => {
      const sources = [read(one.carry(printed), 'a'), read(two.carry(printed), 'b')];
      expect(countOnce(sources)).toHaveLength(whole.get(name)!.length);
    }),
    { numRuns: 200 },
  );
});

describe('two reports, line by line', () => {
  const folder = new URL('../fixtures/reports/', import.meta.url);
  const text = readFileSync(new URL('linux-6.18-dmesg.log', folder), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const second = lines.findIndex((line, index) => index > 0 && line.includes('invoked oom-killer'));
  const reports = [lines.slice(0, second), lines.slice(second)].map((own) => read(own.join('\n')));

  test('told apart by who printed them', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (turns) => {
        const of = (own: string[], caller: string) =>
          own.map((line) => line.replace(/^\[ *[\d.]+\]/, (stamp) => `${stamp}[${caller}]`));
        const left = of(lines.slice(0, second), ' T4001');
        const right = of(lines.slice(second), ' T4002');
        const mixed: string[] = [];
        while (left.length > 0 || right.length > 0) {
          const next = right.length === 0 || (left.length > 0 && turns.next().value) ? left : right;
          mixed.push(next.shift()!);
        }
        // stamps as one kernel's log has them
        const stamped = mixed.map((line, index) => line.replace(/^\[ *[\d.]+\]/, `[ 5759.${String(100_000 + index)}]`));
        const found = read(stamped.join('\n'));
        expect(found.map((each) => facts(each).id).sort()).toEqual(
          reports
            .flat()
            .map((each) => facts(each).id)
            .sort(),
        );
      }),
      { numRuns: 50 },
    );
  });
});

test('every fixture of the kernel is carried', () => {
  const logs = readdirSync(new URL('../fixtures/reports/', import.meta.url)).filter((name) => name.endsWith('.log'));
  expect(fixtures.length).toBeGreaterThanOrEqual(logs.length - 2);
});
