// biome-ignore-all lint/suspicious/noTemplateCurlyInString: playbooks write their parameters so
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UndoomError } from '../../src/errors.js';
import { loadPlaybook } from '../../src/playbook/load.js';
import { fillTemplate, isTemplate, parseSetFlags } from '../../src/playbook/template.js';

const raise = loadPlaybook('raise-cgroup-limit');
const prevent = loadPlaybook('prevent-fragmentation');
const tune = loadPlaybook('tune-transparent-huge-pages');
const compact = loadPlaybook('compact-memory');

function problem(call: () => unknown): { message: string; hint: string | null } {
  try {
    call();
  } catch (error) {
    if (!(error instanceof UndoomError)) throw error;
    expect(error.code).toBe('call.parameter');
    return error;
  }
  throw new Error('it was accepted');
}

describe('filling a template', () => {
  test('replaces parameters in arguments with values and in texts with what people read', () => {
    const filled = fillTemplate(raise, { cgroup: '/shop', limit: '160MiB' });
    expect(filled.title).toBe('Raise the memory limit of /shop to 160 MiB');
    expect(filled.steps).toHaveLength(1);
    expect(filled.steps[0]).toMatchObject({
      title: 'Raise the memory limit of /shop',
      with: { cgroup: '/shop', limit: 167772160 },
      was: null,
      risk: 'low',
    });
    expect(isTemplate(raise)).toBe(true);
    expect(isTemplate(filled)).toBe(false);
  });

  test('takes what a diagnosis knows; its reason is the first step’s', () => {
    const because = { incident: '7f3a', cause: 'fragmentation', summary: 's' } as const;
    const filled = fillTemplate(
      prevent,
      { min_free_kbytes: 90000, watermark_scale_factor: 100 },
      { title: 'T', why: 'W', because, host: { name: 'web-1', machineId: 'abc' }, expires: '2026-12-07' },
    );
    expect(filled).toMatchObject({ title: 'T', because, host: { name: 'web-1' }, expires: '2026-12-07' });
    expect(filled.steps.map(({ why }) => why)[0]).toBe('W');
    expect(filled.steps[1]!.why).not.toBe('W');
  });

  test('leaves out steps that have nothing to do without their parameters', () => {
    expect(fillTemplate(prevent, { watermark_scale_factor: 100 }).steps.map(({ id }) => id)).toEqual([
      'watermark-scale',
    ]);
    const tuned = fillTemplate(tune, { enabled: 'madvise' });
    expect(tuned.steps.map(({ id, with: args }) => [id, args])).toEqual([['tune', { enabled: 'madvise' }]]);
    expect(fillTemplate(tune, { cgroup: '/a', mode: 'reclaim' }).steps.map(({ id }) => id)).toEqual(['split']);
  });

  test('keeps a step that may do without them', () => {
    expect(fillTemplate(compact, {}).steps[0]!.with).toEqual({});
    expect(fillTemplate(compact, { node: '1' }).steps[0]!.with).toEqual({ node: 1 });
  });

  test('says what to set where nothing is left to do', () => {
    const { message, hint } = problem(() => fillTemplate(prevent, {}));
    expect(message).toContain('set at least one of min_free_kbytes, watermark_scale_factor');
    expect(hint).toContain('--set min_free_kbytes=');
  });

  test.each([
    ['a missing one', {}, 'raise-cgroup-limit needs cgroup (The cgroup whose limit was hit), limit (Its new limit)'],
    ['an unknown one', { cgroup: '/a', limt: 1 }, 'limt is no parameter of raise-cgroup-limit: did you mean limit?'],
    ['a prototype', { ['__proto__']: 'a' }, '__proto__ is no parameter'],
    ['a path that climbs', { cgroup: '/../etc', limit: 1e9 }, 'cgroup of raise-cgroup-limit must be a clean absolute'],
    ['the root', { cgroup: '/', limit: 1e9 }, 'root cgroup'],
    ['no size', { cgroup: '/a', limit: 'lots' }, 'limit of raise-cgroup-limit must be a size'],
    ['too small a size', { cgroup: '/a', limit: 4096 }, 'must be at least 1 MiB; it is 4 KiB'],
    ['a negative size', { cgroup: '/a', limit: -5 }, 'must be a size'],
  ])('%s is refused', (_name, values, expected) => {
    const { message } = problem(() => fillTemplate(raise, values as Record<string, string>));
    expect(message).toContain(expected);
  });

  test.each([
    ['a choice', { enabled: 'allways' }, 'did you mean always?'],
    ['a fraction', { khugepaged_defrag: '0.5' }, 'must be a whole number'],
    ['a number out of bounds', { khugepaged_defrag: 2 }, 'must be at most 1; it is 2'],
  ])('%s that is wrong is refused', (_name, values, expected) => {
    const { message, hint } = problem(() => fillTemplate(tune, values as Record<string, string>));
    expect(message).toContain(expected);
    expect(hint).toContain(`--set ${Object.keys(values)[0]}=`);
  });

  test('no limit at all is no low risk, whatever the template says', () => {
    expect(fillTemplate(raise, { cgroup: '/shop', limit: 'max' }).steps[0]).toMatchObject({
      with: { limit: 'max' },
      risk: 'high',
    });
  });

  test('a value that looks like a parameter stays what it is', () => {
    const ends = fillTemplate(loadPlaybook('end-tasks'), {
      instruction: 'end ${command} now',
      command: 'sudo kill 1234',
    });
    expect(ends.steps[0]!.with).toEqual({ instruction: 'end ${command} now', command: 'sudo kill 1234' });
  });

  test('does not touch the template', () => {
    const before = structuredClone(raise);
    fillTemplate(raise, { cgroup: '/shop', limit: '1GiB' });
    expect(raise).toEqual(before);
  });

  test('whatever is given, the answer is a playbook or a sentence', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.constant('1GiB'), fc.constant('/a'));
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('cgroup', 'limit')), value), (values) => {
        try {
          expect(fillTemplate(raise, values).steps).toHaveLength(1);
        } catch (error) {
          expect(error).toBeInstanceOf(UndoomError);
        }
      }),
    );
  });
});

describe('--set', () => {
  test('is name=value; the value may hold an equals sign', () => {
    expect(parseSetFlags(['limit=160MiB', 'instruction=a=b', 'empty='])).toEqual({
      limit: '160MiB',
      instruction: 'a=b',
      empty: '',
    });
  });

  test.each([[['limit']], [['=5']], [['a=1', 'a=2']]])('%j is refused', (flags) => {
    problem(() => parseSetFlags(flags));
  });
});
