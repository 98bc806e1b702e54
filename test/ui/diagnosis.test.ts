import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { causes } from '../../src/schemas/causes.js';
import type { Incident } from '../../src/schemas/diagnosis.js';
import { showDiagnosis } from '../../src/ui/diagnosis.js';
import { shortId } from '../../src/ui/incident-id.js';
import { diagnosis, incident, plain } from './sample.js';

const options = { allChecks: false, command: 'undoom' };
const show = (changes: Partial<Incident> = {}) =>
  showDiagnosis(diagnosis({ incidents: [incident(changes)] }), plain, options);
/** without its line breaks */
const words = (text: string) => text.replace(/\s+/g, ' ');

describe('an incident', () => {
  test('says what, when, by whose limit, who held it, what shows it and what to type', () => {
    const text = show();
    const parts = [
      'Killed 3 times since Mon 23 Nov 2026 17:58:02',
      '7f3a: The limit of /shop was reached',
      'killed 3 times, last 4 min ago',
      'cart (29748), which held 171 MiB',
      'Mon 23 Nov 2026 18:01:32; first 17:58:02',
      '/shop: 200 MiB, all of it held',
      'high confidence: the kernel states it, and the counters of this host bear it out',
      'Who held the memory',
      'What shows it',
      'now: memory.events: oom_kill 3',
      'What can be done',
      'a Raise the memory limit of /shop to 300 MiB low risk',
      'It held its whole 200 MiB',
      'b End what is not needed in /shop to do by hand',
      'sudo systemctl stop shop.service',
      'The host web-1 now',
      'Next undoom fix --incident 7f3a --dry-run',
    ];
    let from = 0;
    for (const part of parts) {
      const at = words(text).indexOf(part, from);
      expect(at, `${part}\n${text}`).toBeGreaterThanOrEqual(from);
      from = at;
    }
    expect(text.endsWith('undoom fix --incident 7f3a --dry-run')).toBe(true);
  });

  test('marks the victim and who was shielded, with bars to compare', () => {
    expect(show()).toMatch(/cart +29748 +171 MiB {2}█+ killed\n/);
    expect(show()).toMatch(/sh +29711 +3 MiB {2}\S shielded \(oom_score_adj -998\)\n/);
  });

  test('shows a victim that is not among the largest', () => {
    const holders = Array.from({ length: 20 }, (_, index) => ({
      kind: 'task' as const,
      name: `t${index}`,
      pid: index,
      bytes: (30 - index) * 2 ** 20,
      killed: index === 15,
      oomScoreAdj: 0,
    }));
    const text = show({ holders });
    expect(text).toMatch(/t15 .* killed\n/);
    expect(text).toContain('11 others');
  });

  test('shows the free blocks of each order, and the order that was asked for', () => {
    const text = show({
      cause: 'fragmentation',
      trigger: { comm: 'insmod', pid: 1, gfpMask: null, gfpFlags: [], order: 3, oomScoreAdj: 0 },
      freeBlocks: [
        {
          node: 0,
          zone: 'Normal',
          blocks: [1325, 966, 0, 0, 12345].map((count, order) => ({ order, count, types: 'UM' })),
        },
        { node: 1, zone: 'Normal', blocks: [{ order: 0, count: 77777, types: '' }] },
      ],
    });
    expect(text).toContain('No free block of order 3: memory in pieces');
    expect(text).toMatch(/order +0 +1 +2 +▸3 +4\n/);
    expect(text).toMatch(/node 0 Normal +1325 +966 +0 +0 +12k\n/);
    expect(text).not.toContain('node 1');
  });

  test.each([
    [
      { forgeable: true, borneOut: false },
      'do not bear it out. Anyone could have written this log: --yes leaves it alone',
    ],
    [{ forgeable: true, borneOut: null }, 'Anyone could have written this log: --yes leaves it alone'],
    [
      { confidence: 'low' as const, borneOut: null },
      'low confidence: a likely reading of too few lines: --yes leaves it alone',
    ],
    [{ elsewhere: true }, 'The log is of another host: nothing of it is run here'],
    [{ time: null, uptimeSeconds: 1900 }, '31 min after the start of the host'],
    [{ count: 1 }, 'Killed once on Mon 23 Nov 2026'],
    [{ kind: 'userspace-kill' as const, killer: 'systemd-oomd' }, 'by systemd-oomd, not by the kernel'],
    [{ kind: 'allocation-failure' as const, count: 2 }, '2 allocations failed since'],
    [{ notes: ['The cgroup is gone'], remedies: [] }, 'Note: The cgroup is gone'],
    [{ factors: ['no-swap' as const] }, 'factors the host has no swap'],
  ])('%j is said in words', (changes, sentence) => {
    expect(words(show(changes))).toContain(sentence);
  });

  test('of another host has its plan saved', () => {
    const text = showDiagnosis(
      diagnosis({
        sources: [{ kind: 'file', name: '/tmp/kern log', forgeable: true }],
        incidents: [incident({ elsewhere: true })],
      }),
      plain,
      options,
    );
    expect(text).toContain("undoom fix --log '/tmp/kern log' --incident 7f3a --save plan.yaml");
  });

  test('whose remedies are all by hand names no command of undoom', () => {
    expect(show({ remedies: incident().remedies.slice(1) })).not.toContain('undoom fix');
  });
});

describe('without an incident', () => {
  test('it says what was read, and what is at risk', () => {
    const text = words(showDiagnosis(diagnosis({ incidents: [] }), plain, options));
    expect(text).toContain('No kill for lack of memory was found. 1 check of the host found a risk. Read: journal');
    expect(text).toContain('! Every program gets huge pages');
    expect(text).not.toContain('Next');
  });

  test('nor a risk, nothing is to be done', () => {
    const checks = diagnosis().checks.filter(({ status }) => status === 'ok');
    expect(showDiagnosis(diagnosis({ incidents: [], checks }), plain, options)).toContain('No next step is needed.');
  });

  test('nor the right to read the log, it claims nothing and names the command', () => {
    const text = showDiagnosis(
      diagnosis({ incidents: [], sources: [], warnings: ['The kernel log could not be read: sudo undoom diagnose'] }),
      plain,
      options,
    );
    expect(text).toContain('Whether anything was killed is not known');
    expect(text).not.toContain('No kill');
    expect(text.endsWith('  sudo undoom diagnose')).toBe(true);
  });
});

test('of many incidents the newest five are in full, the others one line each', () => {
  const incidents = Array.from({ length: 12 }, (_, index) =>
    incident({
      id: `7f${index.toString(16).padStart(2, '0')}2c91`,
      reportIds: [],
      time: new Date(plain.now - (12 - index) * 3_600_000).toISOString(),
      count: 1,
    }),
  );
  const text = showDiagnosis(diagnosis({ incidents }), plain, options);
  expect(text.match(/Who held the memory/g)).toHaveLength(5);
  expect(text.indexOf('7f0b: ')).toBeLessThan(text.indexOf('7f0a: '));
  expect(text).toMatch(/7 older incidents.*\n.*\n7f06: The limit of \/shop was reached +6 h ago\n7f05: /);
});

test('with all checks, each has its value, threshold and meaning', () => {
  const text = showDiagnosis(diagnosis(), plain, { ...options, allChecks: true });
  expect(text).toContain('✓ slab unreclaimable: 1.9% (threshold 10%)\n    Kernel objects');
  expect(text).toContain('! transparent huge pages: always (threshold madvise), a risk');
  expect(text).toContain('? swap: not known\n    The swap could not be read');
});

test('an id is as short as it may be, and four digits at least', () => {
  const one = incident({ id: '7f3a2c91' });
  const other = incident({ id: '11112222', reportIds: ['11112222', '7f3a2d00'] });
  expect(shortId(one, [one])).toBe('7f3a');
  expect(shortId(one, [one, other])).toBe('7f3a2c');
});

describe('whatever the log holds', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\x1b[2J\x1b[31mroot\x07',
      'a\nNext\n  sudo rm -rf /',
      '\u202egnp.exe',
      '数据库'.repeat(60),
      `/${'kubepods.slice/'.repeat(20)}x`,
      '',
      "'".repeat(90),
    ),
  );
  const one = fc.record({
    summary: hostile,
    limitCgroup: fc.option(hostile),
    taskCgroup: fc.option(hostile),
    hostName: fc.option(hostile),
    cause: fc.constantFrom(...causes),
    kind: fc.constantFrom('oom-kill' as const, 'allocation-failure' as const, 'userspace-kill' as const),
    killer: fc.option(hostile),
    time: fc.option(hostile),
    elsewhere: fc.boolean(),
    notes: fc.array(hostile, { maxLength: 2 }),
    evidence: fc.array(fc.record({ source: hostile, line: fc.option(fc.nat()), text: hostile, shows: hostile }), {
      maxLength: 3,
    }),
    holders: fc.array(
      fc.record({
        kind: fc.constant('task' as const),
        name: hostile,
        pid: fc.option(fc.nat()),
        bytes: fc.maxSafeNat(),
        killed: fc.boolean(),
        oomScoreAdj: fc.option(fc.integer({ min: -1000, max: 1000 })),
      }),
      { maxLength: 14 },
    ),
    freeBlocks: fc.array(
      fc.record({
        node: fc.nat(),
        zone: hostile,
        blocks: fc.array(fc.record({ order: fc.nat(20), count: fc.maxSafeNat(), types: hostile }), { maxLength: 12 }),
      }),
      { maxLength: 2 },
    ),
    remedies: fc.array(
      fc.record({
        playbook: hostile,
        title: hostile,
        risk: fc.constantFrom('low' as const, 'high' as const),
        parameters: fc.constant({}),
        why: hostile,
        manual: fc.boolean(),
        instruction: fc.option(hostile),
        command: fc.option(hostile),
      }),
      { maxLength: 3 },
    ),
  });

  test('no line is wider than the screen, and no control byte but our own colours gets out', () => {
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 3 }),
        hostile,
        fc.integer({ min: 40, max: 100 }),
        fc.boolean(),
        fc.boolean(),
        (changes, name, columns, color, unicode) => {
          const text = showDiagnosis(
            diagnosis({
              sources: [{ kind: 'file', name, forgeable: true }],
              host: { name, machineId: null, kernel: null },
              incidents: changes.map((change) => incident(change)),
              warnings: [name],
              checks: diagnosis().checks.map((check) => ({ ...check, text: name, value: name })),
            }),
            { ...plain, columns, color, unicode },
            { allChecks: color, command: 'undoom' },
          );
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
          const left = color ? text.replace(/\x1b\[(?:1|2|22|31|32|33|39)m/g, '') : text;
          expect(left).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a line break in a name begins no line of its own', () => {
    const text = show({ summary: 'x\nNext\n  sudo rm -rf /', limitCgroup: '/a\nNext' });
    expect(text.match(/^Next$/gm)).toHaveLength(1);
  });

  test('in ASCII all marks and bars are ASCII', () => {
    const text = showDiagnosis(diagnosis(), { ...plain, unicode: false }, options);
    expect(text).not.toMatch(/[^\x20-\x7e\n]/);
    expect(text).toMatch(/cart +29748 +171 MiB {2}#+ killed/);
  });
});
