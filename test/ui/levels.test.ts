import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Aftermath, Level } from '../../src/schemas/diagnosis.js';
import { aftermathRows } from '../../src/ui/aftermath.js';
import { causeHeading } from '../../src/ui/cause.js';
import { showIncident } from '../../src/ui/incident.js';
import { levelTree } from '../../src/ui/levels.js';
import { identity, incident, plain } from './sample.js';

const MiB = 2 ** 20;

function level(path: string, facts: Partial<Level> = {}): Level {
  return {
    path,
    whose: null,
    isLimit: false,
    isTask: false,
    limitBytes: 'max',
    highBytes: null,
    usageBytes: 10 * MiB,
    peakBytes: 20 * MiB,
    oomKills: 0,
    source: 'now',
    children: [],
    ...facts,
  };
}

const levels = [
  level('/shop/cart', { isTask: true, oomKills: 1 }),
  level('/shop', {
    isLimit: true,
    limitBytes: 200 * MiB,
    usageBytes: 190 * MiB,
    peakBytes: 200 * MiB,
    oomKills: 3,
    children: [
      { path: '/shop/batch', usageBytes: 120 * MiB, share: 0.6 },
      { path: '/shop/cart', usageBytes: 10 * MiB, share: 0.05 },
    ],
  }),
  level('/', { limitBytes: null, usageBytes: 4096 * MiB, peakBytes: null, oomKills: null }),
];

describe('the levels', () => {
  test('root first, the limit that was hit marked, and who shares it', () => {
    expect(levelTree(plain, incident({ levels }), 4)).toEqual([
      '                 limit     held     peak',
      '    /                     4 GiB',
      '    └ shop     200 MiB  190 MiB  200 MiB  ◂ this limit was hit, 3 kills',
      '      └ batch           120 MiB           60% ██████',
      '      └ cart      none   10 MiB   20 MiB  the killed task, 1 kill',
    ]);
  });

  test('in ASCII it is all there', () => {
    const text = levelTree({ ...plain, unicode: false }, incident({ levels }), 4).join('\n');
    expect(text).toContain('- shop     200 MiB  190 MiB  200 MiB  < this limit was hit, 3 kills');
    expect(text).toContain('60% ######');
  });

  test.each([40, 80, 100])('never wider than %d columns, however long the names', (columns) => {
    const long = `/${'kubepods-burstable-pod7d9f2c1e.slice'.repeat(3)}`;
    const deep = Array.from({ length: 12 }, (_, index) =>
      level(long.repeat(12 - index), { isLimit: index === 2, limitBytes: 60 * MiB, highBytes: 50 * MiB }),
    );
    for (const line of levelTree({ ...plain, columns }, incident({ levels: deep }), 4)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test('nothing where only the report tells', () => {
    const reported = levels.map((one) => ({
      ...one,
      source: one.path === '/' ? ('now' as const) : ('report' as const),
    }));
    expect(levelTree(plain, incident({ levels: reported }), 4)).toEqual([]);
    expect(levelTree(plain, incident(), 4)).toEqual([]);
  });

  test('a name that would move the cursor is shown as text', () => {
    const hostile = levels.map((one) => ({ ...one, path: one.path.replace('shop', 'sh\u001b[2Jop') }));
    expect(levelTree(plain, incident({ levels: hostile }), 4).join('\n')).not.toContain('\u001b');
  });
});

describe('whose it is', () => {
  const whose = { limit: identity({}), task: identity({}) };

  test('stands in the heading, and beside the path', () => {
    const text = showIncident({ ...plain, columns: 100 }, incident({ whose, count: 1 }), []).join('\n');
    expect(text).toContain('The limit of the Docker container web (3f2a1b2c3d4e) was reached');
    expect(text).toMatch(/limit +\/shop: 200 MiB/);
    expect(text).toMatch(/of +the Docker container web \(3f2a1b2c3d4e\)\n/);
  });

  test('a parent’s, and the task’s own', () => {
    const task = identity({ kind: 'systemd', text: 'the systemd unit cart.service' });
    const facts = { cause: 'parent-cgroup-limit' as const, whose: { limit: whose.limit, task } };
    expect(causeHeading(incident(facts))).toBe(
      "The limit of the Docker container web (3f2a1b2c3d4e), above the task's cgroup, was reached",
    );
    const text = showIncident({ ...plain, columns: 100 }, incident(facts), []).join('\n');
    expect(text).toContain('the Docker container web (3f2a1b2c3d4e); the task was of the systemd unit cart.service');
  });
});

describe('what became of it', () => {
  const rows = (facts: Partial<Aftermath>) =>
    aftermathRows(
      plain,
      { state: 'restarted', sinceTime: null, restarts: 1, text: 'cart.service runs', command: null, ...facts },
      4,
    );

  test.each<[Partial<Aftermath>, string[]]>([
    [{}, ['    ✓ cart.service runs']],
    [
      { state: 'stopped', text: 'cart.service does not run', command: 'sudo systemctl start cart.service' },
      ['    ✗ cart.service does not run', '      sudo systemctl start cart.service'],
    ],
    [{ state: 'unknown' }, []],
  ])('%j', (facts, expected) => expect(rows(facts)).toEqual(expected));

  test('not known: nothing', () => expect(aftermathRows(plain, null, 4)).toEqual([]));
});
