import { parseBytes } from '../text/bytes.js';
import { shown } from '../text/shown.js';
import type { Issue } from './issues.js';
import { openParameters, readValue } from './parameters.js';
import type { Parameter } from './playbook.js';
import type { PlaybookFile } from './schema.js';
import { checkText } from './steps.js';

export function isTemplateFile(file: { for?: unknown; parameters?: unknown }): boolean {
  return file.for !== undefined || file.parameters !== undefined;
}

/** What a template may not have, and no playbook twice. */
export function checkForm(file: PlaybookFile, parameters: Record<string, Parameter>): Issue[] {
  const issues: Issue[] = [];
  if (isTemplateFile(file)) {
    for (const key of ['host', 'because', 'expires'] as const) {
      if (file[key] === undefined) continue;
      const text = `${key} is for a saved playbook: leave it out, or leave out "for" and "parameters"`;
      issues.push({ path: [key], text });
    }
    issues.push(...checkText(file.title, ['title'], parameters));
  }
  const ids = new Set<string>();
  for (const [index, { id }] of file.steps.entries()) {
    if (ids.has(id)) {
      issues.push({ path: ['steps', index, 'id'], text: `the id ${id} is used twice: give each step its own` });
    }
    ids.add(id);
  }
  return issues;
}

/** The parameters as they are in memory: bounds as numbers, `optional` filled in. */
export function readParameters(file: PlaybookFile): { parameters: Record<string, Parameter>; issues: Issue[] } {
  const read = Object.entries(file.parameters ?? {}).map(([name, parameter]) => {
    const path = ['parameters', name];
    const { parameter: inMemory, wrong } = readParameter(parameter);
    const issues: Issue[] = wrong.map(({ key, text }) => ({ path: [...path, key], text: `${key} of ${name} ${text}` }));
    return { name, parameter: inMemory, issues };
  });
  return {
    parameters: Object.fromEntries(read.map(({ name, parameter }) => [name, parameter])),
    issues: read.flatMap(({ issues }) => issues),
  };
}

/** A parameter that nothing uses is one that was meant for something. */
export function checkUse(file: PlaybookFile): Issue[] {
  const used = new Set(file.steps.flatMap((step) => openParameters([step.with, step.title, step.why])));
  const unused = Object.keys(file.parameters ?? {}).filter((name) => !used.has(name));
  return unused.map((name) => ({
    path: ['parameters', name],
    text: `no step uses the parameter ${name}: leave it out, or write \${${name}} where it belongs`,
  }));
}

type ParameterFile = NonNullable<PlaybookFile['parameters']>[string];

function readParameter({ min, max, default: initial, optional = false, ...rest }: ParameterFile) {
  const parameter: Parameter = { ...rest, optional };
  const wrong: { key: string; text: string }[] = [];
  const bounds = { min, max };
  for (const key of ['min', 'max'] as const) {
    const bound = bounds[key];
    if (bound === undefined) continue;
    const value = rest.type === 'bytes' ? parseBytes(bound) : Number(bound);
    if (rest.type !== 'bytes' && rest.type !== 'integer') {
      wrong.push({ key, text: `is for bytes and integers; leave it out of a ${rest.type}` });
    } else if (value === null || !Number.isSafeInteger(value)) {
      wrong.push({ key, text: `must be a whole number or a size; it is ${shown(bound)}` });
    } else parameter[key] = value;
  }
  if ((parameter.min ?? -Infinity) > (parameter.max ?? Infinity)) wrong.push({ key: 'min', text: 'is above its max' });
  if ((rest.type === 'choice') !== (rest.choices !== undefined)) {
    wrong.push({ key: 'choices', text: 'goes with the type choice, and with no other' });
  }
  if (initial !== undefined) {
    const read = readValue(parameter, initial);
    if ('wrong' in read) wrong.push({ key: 'default', text: read.wrong });
    else parameter.default = read.value;
  }
  return { parameter, wrong };
}
