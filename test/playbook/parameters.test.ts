import { expect, test } from 'vitest';
import { builtIn } from '../../src/playbook/built-ins.js';
import { readValue } from '../../src/playbook/parameters.js';
import { formatPlaybook } from '../../src/playbook/save.js';
import { fillTemplate } from '../../src/playbook/template.js';

test('a cgroup whose name begins or ends with a blank is not the one without it', () => {
  const cgroup = { type: 'cgroup', title: 'a cgroup', optional: false } as const;
  for (const path of ['/shop ', '/ ', '/ shop']) expect(readValue(cgroup, path)).toEqual({ value: path });
  expect(readValue(cgroup, ' /shop')).toHaveProperty('wrong');
  const [step] = fillTemplate(builtIn('raise-cgroup-limit'), { cgroup: '/shop ', limit: 2 ** 30 }).steps;
  expect(step!.with.cgroup).toBe('/shop ');
});

test('what no font can show stands in a saved file as an escape', () => {
  const filled = fillTemplate(builtIn('raise-cgroup-limit'), { cgroup: '/a\ue000\u{f0000}', limit: 2 ** 30 });
  expect(formatPlaybook(filled)).toContain('/a\\ue000\\U000f0000');
});
