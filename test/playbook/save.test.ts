import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { playbookDigest } from '../../src/playbook/digest.js';
import { builtIns, loadPlaybook, parsePlaybook } from '../../src/playbook/load.js';
import { withLowestRisk } from '../../src/playbook/lowest-risk.js';
import type { Playbook, Step } from '../../src/playbook/playbook.js';
import { formatPlaybook } from '../../src/playbook/save.js';
import { fillTemplate } from '../../src/playbook/template.js';

const origin = { kind: 'file', name: 'saved.yaml' } as const;

const raise: Playbook = {
  ...fillTemplate(
    loadPlaybook('raise-cgroup-limit'),
    { cgroup: '/shop', limit: 167772160 },
    {
      why: 'It held its whole 60 MiB when the kernel killed; 100 MiB more; the host keeps 11.1 GiB.',
      host: { name: 'web-1', machineId: '3c1e' },
      because: {
        incident: '7f3a2c91',
        cause: 'cgroup-limit',
        summary: 'cart was killed at the limit of /shop, 60 MiB',
      },
      expires: '2026-12-07',
    },
  ),
  origin,
};
raise.steps[0]!.was = { limit: 62914560 };

test('the saved form is the documented one', () => {
  expect(formatPlaybook(raise)).toBe(`undoom: 1
name: raise-cgroup-limit
title: Raise the memory limit of /shop to 160 MiB
host: {name: web-1, machineId: 3c1e}
because: {incident: 7f3a2c91, cause: cgroup-limit, summary: "cart was killed at the limit of /shop, 60 MiB"}
expires: 2026-12-07
steps:
  - id: raise
    title: Raise the memory limit of /shop
    action: cgroup.memory.limit
    with: {cgroup: /shop, limit: 160MiB}
    was: {limit: 60MiB}
    risk: low
    why: It held its whole 60 MiB when the kernel killed; 100 MiB more; the host keeps 11.1 GiB.
`);
});

test.each(builtIns().map((playbook) => [playbook.name, playbook] as const))(
  'the built-in %s can be saved and read',
  (_name, playbook) => {
    expect(parsePlaybook(formatPlaybook(playbook), playbook.origin)).toEqual(playbook);
  },
);

const text = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({ minLength: 1 }),
  fc.constantFrom('yes', '1e3', '~', '- a', '\n', ' x', '\u202eabc', 'a\u001b[2J', '\ud800', '#', 'a: b', '"'),
);
const word = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const name = fc.stringMatching(/^[a-z0-9 ,:"'{}#&*\\.-]{1,20}$/).filter((part) => part !== '.' && part !== '..');
const cgroup = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
const size = fc.oneof(
  fc.integer({ min: 4096, max: Number.MAX_SAFE_INTEGER }),
  fc.integer({ min: 1, max: 4096 }).map((count) => count * 2 ** 20),
  fc.constant('max' as const),
);
const nodes = fc.constantFrom('0', '0-1', '0,2', '1-3,7');

const what: fc.Arbitrary<Pick<Step, 'action' | 'with' | 'was'>> = fc.oneof(
  fc.record({
    action: fc.constant('cgroup.memory.limit'),
    with: fc.record({ cgroup, limit: size }),
    was: fc.record({ limit: size, swap: size, high: size }, { requiredKeys: ['limit'] }),
  }),
  fc.record({
    action: fc.constant('cgroup.cpuset.mems'),
    with: fc.record({ cgroup, nodes }),
    was: fc.record(
      { nodes: fc.oneof(nodes, fc.constant('')), ancestors: fc.dictionary(cgroup, nodes, { maxKeys: 3 }) },
      { requiredKeys: ['nodes'] },
    ),
  }),
  fc.record({
    action: fc.constant('hugepages.set'),
    with: fc.record(
      { node: fc.integer({ min: 0, max: 9 }), size: fc.constantFrom(2 ** 21, 2 ** 30), count: fc.nat(999) },
      { requiredKeys: ['size', 'count'] },
    ),
    was: fc.record({ count: fc.nat(999) }),
  }),
  fc.record({
    action: fc.constant('thp.set'),
    with: fc.record({ enabled: fc.constantFrom('always', 'madvise'), khugepaged_defrag: fc.constantFrom(0, 1) }),
    was: fc.record({
      enabled: fc.constant('never'),
      khugepaged_defrag: fc.constantFrom(0, 1),
      min_free_kbytes: fc.nat(),
    }),
  }),
  fc.record({
    action: fc.constant('manual'),
    with: fc
      .record({ instruction: text, command: text }, { requiredKeys: ['instruction'] })
      .filter(({ instruction, command = 'x' }) => instruction.trim() === instruction && command.trim() === command),
    was: fc.constant(null),
  }),
);

const step: fc.Arbitrary<Step> = fc
  .tuple(
    what,
    fc.record({ title: text, why: text, risk: fc.constantFrom('low', 'medium', 'high'), playbook: fc.option(word) }),
  )
  .map(([does, rest]) => withLowestRisk({ id: '', ...does, ...rest }));

const playbook: fc.Arbitrary<Playbook> = fc.record({
  undoom: fc.constant(1),
  name: word,
  title: text,
  host: fc.option(fc.record({ name: fc.option(text), machineId: fc.option(text) })),
  because: fc.option(
    fc.record({
      incident: fc.oneof(fc.stringMatching(/^[0-9a-f]{8}$/), fc.constantFrom('70132291', '7e291234')),
      cause: fc.constantFrom('cgroup-limit', 'unknown'),
      summary: text,
    }),
  ),
  expires: fc.option(fc.constantFrom('2026-12-07', '2028-02-29')),
  reusable: fc.boolean(),
  windows: fc.array(
    fc.record({
      days: fc.constant(['sat', 'sun'] as ('sat' | 'sun')[]),
      from: fc.constant('01:00'),
      to: fc.constant('23:59'),
      timezone: fc.constant('Asia/Shanghai'),
    }),
    { maxLength: 2 },
  ),
  for: fc.constant([]),
  parameters: fc.constant({}),
  hosts: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
  steps: fc
    .array(step, { minLength: 1, maxLength: 4 })
    .map((steps) => steps.map((one, index) => ({ ...one, id: `step-${index}` }))),
  origin: fc.constant(origin),
});

describe('any saved playbook', () => {
  test('is read back as it was, from the same bytes each time', () => {
    fc.assert(
      fc.property(playbook, (made) => {
        const saved = formatPlaybook(made);
        expect(parsePlaybook(saved, origin)).toEqual(made);
        expect(formatPlaybook(parsePlaybook(saved, origin))).toBe(saved);
      }),
      { numRuns: 300 },
    );
  });

  test('shows nothing that a screen would hide or turn', () => {
    fc.assert(
      fc.property(playbook, (made) => {
        expect(formatPlaybook(made)).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });
});

describe('the digest', () => {
  test('is the same whatever the layout and the words', () => {
    const commented = `# a comment\n${formatPlaybook(raise).replace('limit: 160MiB', `"limit":   ${160 * 2 ** 20}`)}`;
    const read = parsePlaybook(commented, origin);
    expect(playbookDigest(read)).toBe(playbookDigest(raise));
    expect(playbookDigest({ ...raise, title: 'Other words', reusable: true })).toBe(playbookDigest(raise));
    expect(playbookDigest(raise)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each<[string, Partial<Playbook>]>([
    ['another value', { steps: [{ ...raise.steps[0]!, with: { cgroup: '/shop', limit: 1 } }] }],
    ['another state before', { steps: [{ ...raise.steps[0]!, was: { limit: 1 } }] }],
    ['another host', { host: null }],
    ['another incident', { because: { ...raise.because!, incident: 'ffffffff' } }],
    ['another last day', { expires: '2026-12-08' }],
    ['a window', { windows: [{ days: ['sat'], from: '01:00', to: '02:00', timezone: 'UTC' }] }],
  ])('is another with %s', (_name, change) => {
    expect(playbookDigest({ ...raise, ...change })).not.toBe(playbookDigest(raise));
  });
});
