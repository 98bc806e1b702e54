// biome-ignore-all lint/suspicious/noTemplateCurlyInString: playbooks write their parameters so
import { describe, expect, test } from 'vitest';
import { UndoomError } from '../../src/errors.js';
import { parsePlaybook } from '../../src/playbook/load.js';

const saved = `undoom: 1
name: raise-cgroup-limit
title: Raise the memory limit of /shop to 160 MiB
host: {name: web-1, machineId: 3c1e}
because: {incident: 70132291, cause: cgroup-limit, summary: "cart was killed at the limit of /shop, 60 MiB"}
expires: 2026-12-07
steps:
  - id: raise
    title: Raise the memory limit of /shop
    action: cgroup.memory.limit
    with: {cgroup: /shop, limit: 160MiB}
    was: {limit: 60MiB}
    risk: low
    why: It held its whole 60 MiB when the kernel killed; 100 MiB more; the host keeps 11.1 GiB.
`;

const template = `undoom: 1
name: raise
title: Raise \${cgroup}
for: [cgroup-limit]
parameters:
  cgroup: {type: cgroup, title: The cgroup}
  limit: {type: bytes, title: Its limit, max: 8GiB}
steps:
  - id: raise
    title: Raise \${cgroup}
    action: cgroup.memory.limit
    with: {cgroup: "\${cgroup}", limit: "\${limit}"}
    risk: low
    why: It was at its limit.
`;

const origin = { kind: 'file', name: 'raise.yaml' } as const;

function problem(text: string): string {
  try {
    parsePlaybook(text, origin);
  } catch (error) {
    if (!(error instanceof UndoomError)) throw error;
    expect(error.code).toBe('call.playbook');
    expect(error.exit).toBe(2);
    return error.message;
  }
  throw new Error('it was accepted');
}

describe('a saved playbook', () => {
  test('is read with sizes as numbers and words that look like numbers as text', () => {
    const playbook = parsePlaybook(saved, origin);
    expect(playbook).toMatchObject({
      name: 'raise-cgroup-limit',
      host: { name: 'web-1', machineId: '3c1e' },
      because: { incident: '70132291', cause: 'cgroup-limit' },
      expires: '2026-12-07',
      reusable: false,
      windows: [],
      for: [],
      parameters: {},
      hosts: null,
      origin,
    });
    expect(playbook.steps[0]).toMatchObject({
      with: { cgroup: '/shop', limit: 167772160 },
      was: { limit: 62914560 },
      risk: 'low',
      playbook: null,
    });
  });

  test('may leave out host, because and expires', () => {
    const playbook = parsePlaybook(saved.replace(/^(host|because|expires):.*\n/gm, ''), origin);
    expect([playbook.host, playbook.because, playbook.expires]).toEqual([null, null, null]);
  });

  test('keeps a bare node as the list it is', () => {
    const text = saved
      .replace('cgroup.memory.limit', 'cgroup.cpuset.mems')
      .replace('limit: 160MiB', 'nodes: 0')
      .replace('limit: 60MiB', 'nodes: 0-1')
      .replace('risk: low', 'risk: medium');
    expect(parsePlaybook(text, origin).steps[0]).toMatchObject({ with: { nodes: '0' }, was: { nodes: '0-1' } });
  });

  test('carries its windows', () => {
    const windows = 'windows: [{days: [sat, sun], from: "01:00", to: "05:00", timezone: Asia/Shanghai}]\nsteps:';
    expect(parsePlaybook(saved.replace('steps:', windows), origin).windows).toEqual([
      { days: ['sat', 'sun'], from: '01:00', to: '05:00', timezone: 'Asia/Shanghai' },
    ]);
  });

  test('an action without inverse takes no was', () => {
    const compact = saved
      .replace('cgroup.memory.limit', 'memory.compact')
      .replace('{cgroup: /shop, limit: 160MiB}', '{node: 0}')
      .replace('risk: low', 'risk: medium');
    expect(problem(compact)).toContain('line 12: was: memory.compact has no inverse and takes none');
    expect(parsePlaybook(compact.replace(/^ +was:.*\n/m, ''), origin).steps[0]!.was).toBeNull();
  });
});

describe('what is wrong with a saved playbook is said with its line and the way out', () => {
  const table: [string, string, string, string][] = [
    ['a path that climbs', 'cgroup: /shop', 'cgroup: /../etc', 'raise.yaml, line 11: cgroup is not a cgroup path'],
    ['a relative path', 'cgroup: /shop', 'cgroup: shop', 'line 11: cgroup is not a cgroup path'],
    ['a negative size', 'limit: 160MiB', 'limit: -160MiB', 'line 11: limit is not a size'],
    ['a negative number', 'limit: 160MiB', 'limit: -1', 'line 11: limit is not a size'],
    ['less than a page', 'limit: 160MiB', 'limit: 100', 'line 11: limit is less than one page'],
    ['no size', 'limit: 160MiB', 'limit: lots', 'line 11: limit is not a size: write 512MiB'],
    ['a number past 2^53', 'limit: 160MiB', 'limit: 9007199254740993', 'line 11: 9007199254740993 is past 2^53'],
    ['not a number', 'limit: 160MiB', 'limit: .nan', 'line 11: .nan is no number'],
    ['infinite', 'limit: 160MiB', 'limit: -.inf', 'line 11: -.inf is no number'],
    ['an empty value', 'limit: 160MiB', 'limit: ', 'line 11: limit is'],
    ['a missing argument', ', limit: 160MiB', '', 'line 11: limit is missing'],
    ['an unknown key', 'expires:', 'expire:', 'line 6: expire is no key: did you mean expires?'],
    ['an unknown step key', '    risk:', '    riks:', 'line 13: riks is no key of step 1: did you mean risk?'],
    ['an unknown argument', 'limit: 160MiB', 'limits: 160MiB', 'line 11: limits is no key: did you mean limit?'],
    ['an unknown was', 'was: {limit', 'was: {limits', 'line 12: limits is no key: did you mean limit?'],
    [
      'an unknown action',
      'memory.limit\n',
      'memory.limt\n',
      'line 10: action cgroup.memory.limt is unknown: did you mean cgroup.memory.limit?',
    ],
    [
      'an action that is a path',
      'cgroup.memory.limit\n',
      '/bin/sh\n',
      'line 10: action /bin/sh is unknown: there are cgroup.memory.limit',
    ],
    ['an open parameter', 'cgroup: /shop', 'cgroup: "${cgroup}"', 'line 11: the parameter ${cgroup} is open'],
    ['no was', '    was: {limit: 60MiB}\n', '', 'line 8: step raise has no "was"'],
    [
      'an understated risk',
      'limit: 160MiB',
      'limit: 40MiB',
      'line 13: risk is understated: this step is at least high',
    ],
    [
      'an unknown risk',
      'risk: low',
      'risk: lo',
      'line 13: risk must be one of low, medium, high; it is "lo": did you mean low?',
    ],
    ['no date', '2026-12-07', '2026-02-30', 'line 6: expires must be a date'],
    ['another version', 'undoom: 1', 'undoom: 2', 'line 1: undoom must be 1'],
    ['a name with a path', 'name: raise-cgroup-limit', 'name: ../raise', 'line 2: name must be small letters'],
    ['a list for a text', 'title: Raise the memory limit of /shop\n', 'title: [a]\n', 'line 9: title must be text'],
    ['an alias', 'limit: 160MiB', 'limit: *big', 'line 11: it '],
    ['an anchor', 'name: raise', 'name: &a raise', 'line 2: it uses an anchor'],
    ['a tag', 'name: raise', 'name: !!str raise', 'line 2: it uses a tag'],
    ['a tag of its own', 'name: raise', 'name: !evil raise', 'line 2: it uses a tag'],
    ['a merge key', 'undoom: 1', '<<: {undoom: 1}', 'line 1: it uses a merge key'],
    ['a prototype', 'expires:', '__proto__:', 'line 6: it has an unknown key, __proto__'],
    ['a prototype within', 'limit: 160MiB', '__proto__: {limit: 1}', 'line 11: it has an unknown key, __proto__'],
    ['a constructor', 'expires:', 'constructor:', 'line 6: constructor is no key'],
    ['a duplicate key', 'expires:', 'name:', 'line 6: it has the key "name" twice'],
    ['a second document', 'steps:', '---\nsteps:', 'line 7: it holds a second YAML document'],
    ['a control byte', 'web-1', 'web\u0007-1', 'line 4: it holds a control or hidden character (U+0007)'],
    ['a bidirectional override', 'web-1', 'web\u202e-1', 'line 4: it holds a control or hidden character (U+202e)'],
    ['a lone carriage return', 'web-1', 'web\r-1', 'line 4: it holds a control or hidden character (U+000d)'],
    ['a directive', 'undoom: 1', '%YAML 1.1\n---\nundoom: 1', 'line 1: it has a %YAML directive'],
    ['broken YAML', 'host: {', 'host: {{', 'line 5: it is not YAML: '],
    ['tabs', '  - id', '\t- id', 'line 8: it is not YAML'],
    ['a complex key', 'expires:', '? [a]\n:', 'line 6: a key must be a plain word'],
    [
      'hours that are none',
      'steps:',
      'windows: [{days: [sat], from: "25:00", to: "05:00", timezone: UTC}]\nsteps:',
      'line 7: from must be a time',
    ],
    [
      'a zone that is none',
      'steps:',
      'windows: [{days: [sat], from: "01:00", to: "05:00", timezone: Mars}]\nsteps:',
      'line 7: timezone must be a time zone',
    ],
  ];
  test.each(table)('%s', (_name, from, to, expected) => {
    expect(saved).toContain(from);
    expect(problem(saved.replace(from, () => to))).toContain(expected);
  });

  test('the first is told, and how many more there are', () => {
    const message = problem(saved.replace('60MiB}', 'much}').replace('cgroup: /shop', 'cgroup: /..'));
    expect(message).toMatch(/^raise\.yaml, line 11: cgroup .* \(and 1 more problem\)$/);
  });

  test('a step id that is used twice', () => {
    const steps = saved.slice(saved.indexOf('  - id'));
    expect(problem(saved + steps)).toContain('line 15: the id raise is used twice');
  });

  test.each([
    ['nothing', '', 'it is empty'],
    ['a comment', '# nothing\n', 'it is empty'],
    ['no map', '- a\n', 'the playbook must be a map'],
    ['no steps', saved.replace(/steps:[\s\S]*/, 'steps: []\n'), 'line 7: steps is empty'],
    ['steps left out', saved.replace(/steps:[\s\S]*/, ''), 'steps is missing'],
    ['no YAML at all', '\u0000\u0001', 'control or hidden character'],
  ])('%s', (_name, text, expected) => {
    expect(problem(text)).toContain(expected);
  });
});

describe('a file that wants time or memory gets neither', () => {
  const deepFlow = '['.repeat(200_000);
  const deepBlock = '- '.repeat(200_000);
  const keys = Array.from({ length: 60_000 }, (_, index) => `key${index}: 1`).join('\n');
  test.each([
    ['more than 1 MiB', `${saved}#${'x'.repeat(2 ** 20)}`, 'larger than 1 MiB'],
    ['flow collections', deepFlow, 'nested too deep'],
    ['nested lists', deepBlock, 'nested too deep'],
    ['thirteen levels', `undoom: ${'['.repeat(13)}${']'.repeat(13)}`, 'nested too deep'],
    ['many keys', keys, 'line 1: '],
    // which of the two it is depends on how deep the stack of this Node is
    ['many braces', '{'.repeat(1000), 'line 1: it is ne|line 1: it is not YAML'],
    ['a billion laughs', 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n', 'it uses an anchor'],
  ])('%s', { timeout: 20_000 }, (_name, text, expected) => {
    const start = performance.now();
    expect(
      expected.split('|').some((words) => problem(text).includes(words)),
      problem(text),
    ).toBe(true);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('a template', () => {
  test('keeps its parameters, with bounds as numbers', () => {
    const playbook = parsePlaybook(template, origin);
    expect(playbook.parameters.limit).toEqual({ type: 'bytes', title: 'Its limit', optional: false, max: 8 * 2 ** 30 });
    expect(playbook.for).toEqual(['cgroup-limit']);
    expect(playbook.steps[0]).toMatchObject({ with: { cgroup: '${cgroup}', limit: '${limit}' }, was: null });
  });

  test.each([
    ['was', '    risk: low', '    was: {limit: 1MiB}\n    risk: low', 'line 13: was: a template has none'],
    ['a host', 'for:', 'host: {name: a}\nfor:', 'line 4: host is for a saved playbook'],
    [
      'an undeclared parameter',
      '"${limit}"',
      '"${limits}"',
      'line 12: ${limits} is no parameter of this playbook: did you mean limit?',
    ],
    [
      'an undeclared one in its title',
      'Raise ${cgroup}\nfor',
      'Raise ${group}\nfor',
      'line 3: ${group} is no parameter',
    ],
    ['one that nothing uses', 'limit: "${limit}"', 'limit: 1GiB', 'line 7: no step uses the parameter limit'],
    [
      'an optional one in a title',
      'title: The cgroup}',
      'title: The cgroup, optional: true}',
      'line 3: title uses ${cgroup}, which may have no value',
    ],
    [
      'an understated risk',
      'limit: "${limit}"',
      'limit: max',
      'line 13: risk is understated: this step is at least high',
    ],
    [
      'a default out of bounds',
      'max: 8GiB',
      'max: 8GiB, default: 9GiB',
      'line 7: default of limit must be at most 8 GiB',
    ],
    ['choices of a size', 'max: 8GiB', 'choices: [a]', 'line 7: choices of limit goes with the type choice'],
    [
      'a bound of a path',
      'title: The cgroup}',
      'title: The cgroup, max: 3}',
      'line 6: max of cgroup is for bytes and integers',
    ],
    ['an unknown type', 'type: bytes', 'type: byte', 'line 7: type must be one of'],
    ['a name that is none', '  limit: {', '  "a b": {', 'line 7: '],
    ['an unknown argument', 'limit: "${limit}"', 'limt: "${limit}"', 'line 12: limt is no key: did you mean limit?'],
  ])('%s', (_name, from, to, expected) => {
    expect(template).toContain(from);
    expect(problem(template.replace(from, () => to))).toContain(expected);
  });
});
