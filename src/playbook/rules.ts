import type { z } from 'zod';
import type { Action } from '../actions/action.js';
import { actionNamed, actionNames } from '../actions/index.js';
import { parseBytes } from '../text/bytes.js';
import { type Issue, sayIssues, shown } from './issues.js';
import { suggest } from './nearest.js';
import { openParameters, readValue, replaceParameters, sampleValue } from './parameters.js';
import type { Parameter, Step } from './playbook.js';
import type { PlaybookFile, StepFile } from './schema.js';

type Values = Record<string, unknown>;
export type AnyAction = Action<Values, Values>;

export const risks = ['low', 'medium', 'high'] as const;

export function isTemplateFile(file: { for?: unknown; parameters?: unknown }): boolean {
  return file.for !== undefined || file.parameters !== undefined;
}

/** What a saved playbook may not have, and a template neither. */
export function checkForm(file: PlaybookFile): Issue[] {
  const issues: Issue[] = [];
  if (isTemplateFile(file)) {
    for (const key of ['host', 'because', 'expires'] as const) {
      if (file[key] !== undefined) {
        issues.push({
          path: [key],
          text: `${key} is for a saved playbook: leave it out of a template, or fill the parameters`,
        });
      }
    }
  }
  const ids = new Set<string>();
  for (const [index, { id }] of file.steps.entries()) {
    if (ids.has(id))
      issues.push({ path: ['steps', index, 'id'], text: `the id ${id} is used twice: give each step its own` });
    ids.add(id);
  }
  return issues;
}

/** The parameters as they are in memory: bounds as numbers, `optional` filled in. */
export function readParameters(file: PlaybookFile): { parameters: Record<string, Parameter>; issues: Issue[] } {
  const issues: Issue[] = [];
  const parameters: Record<string, Parameter> = {};
  for (const [name, { min, max, default: initial, optional = false, ...rest }] of Object.entries(
    file.parameters ?? {},
  )) {
    const complain = (key: string, text: string) =>
      issues.push({ path: ['parameters', name, key], text: `${key} of ${name} ${text}` });
    const parameter: Parameter = { ...rest, optional };
    const numeric = rest.type === 'bytes' || rest.type === 'integer';
    for (const [key, bound] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (bound === undefined) continue;
      const value = rest.type === 'bytes' ? parseBytes(bound) : Number(bound);
      if (!numeric) complain(key, `is for bytes and integers; a ${rest.type} has none`);
      else if (value === null || !Number.isSafeInteger(value))
        complain(key, `must be a whole number or a size; it is ${shown(bound)}`);
      else parameter[key] = value;
    }
    if (parameter.min !== undefined && parameter.max !== undefined && parameter.min > parameter.max)
      complain('min', 'is above its max');
    if ((rest.type === 'choice') !== (rest.choices !== undefined))
      complain('choices', 'goes with the type choice, and with no other');
    if (initial !== undefined) {
      const read = readValue(parameter, initial);
      if ('wrong' in read) complain('default', read.wrong);
      else parameter.default = read.value;
    }
    const used = file.steps.some((step) => openParameters([step.with, step.title, step.why]).includes(name));
    if (!used)
      issues.push({
        path: ['parameters', name],
        text: `no step uses the parameter ${name}: leave it out, or write \${${name}} where it belongs`,
      });
    parameters[name] = parameter;
  }
  return { parameters, issues };
}

/** One step of a saved playbook: `with` and `was` come out as the action's schemas read them. */
export function readSavedStep(step: StepFile, index: number): { step: Step; issues: Issue[] } {
  const path = ['steps', index];
  const issues: Issue[] = [];
  const action = findAction(step, path, issues);
  let args: Values | null = null;
  let was: Values | null = null;
  if (action) {
    const open = action.name === 'manual' ? undefined : openParameters(step.with)[0];
    if (open) {
      issues.push({
        path: [...path, 'with'],
        text: `the parameter \${${open}} is open: write its value, or declare it under "parameters"`,
      });
    } else args = readArguments(action, step.with ?? {}, [...path, 'with'], issues);
    if (action.was === null) {
      if (step.was)
        issues.push({
          path: [...path, 'was'],
          text: `was: ${action.name} has no inverse and takes none; leave it out`,
        });
    } else if (step.was) was = readState(action.was, step.was, [...path, 'was'], issues);
    else {
      issues.push({
        path,
        text: `step ${step.id} has no "was": state the value it expects to find, as "undoom fix --save" does (a template needs "for" or "parameters")`,
      });
    }
    if (args && (was || action.was === null)) checkRisk(action, args, was, step, path, issues);
  }
  return { step: inMemory(step, args ?? step.with ?? {}, was), issues };
}

/** One step of a template: checked with sample values in place of its parameters, kept with `${name}`. */
export function readTemplateStep(
  step: StepFile,
  index: number,
  parameters: Record<string, Parameter>,
): { step: Step; issues: Issue[] } {
  const path = ['steps', index];
  const issues: Issue[] = [];
  const names = Object.keys(parameters);
  for (const key of ['title', 'why', 'with'] as const) {
    for (const name of openParameters(step[key])) {
      const parameter = parameters[name];
      if (!parameter) {
        const way = names.length > 0 ? suggest(name, names) : 'declare it under "parameters"';
        issues.push({ path: [...path, key], text: `\${${name}} is no parameter of this playbook: ${way}` });
      } else if (key !== 'with' && parameter.optional && parameter.default === undefined) {
        issues.push({
          path: [...path, key],
          text: `${key} uses \${${name}}, which may be left out: leave it out of the text`,
        });
      }
    }
  }
  if (step.was)
    issues.push({
      path: [...path, 'was'],
      text: 'was: a template has none, it is taken when the plan is shown; leave it out',
    });
  const action = findAction(step, path, issues);
  const values = readSizes(step.with ?? {}, 'with').values;
  if (action && issues.length === 0) {
    const samples = Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [name, sampleValue(parameter)]),
    );
    const args = readArguments(action, fillArguments(values, samples), [...path, 'with'], issues);
    if (args) checkRisk(action, args, null, step, path, issues);
  }
  return { step: inMemory(step, values, null), issues };
}

/** The arguments with each `${name}` replaced; a key whose whole value is a parameter that is not set is left out. */
export function fillArguments(args: Values, values: Record<string, string | number>): Values {
  const filled: Values = {};
  for (const [key, value] of Object.entries(args)) {
    const text = typeof value === 'string' ? replaceParameters(value, values, String) : value;
    if (openParameters(text).length === 0 || text !== value) filled[key] = text;
  }
  return filled;
}

export function readArguments(action: AnyAction, values: Values, path: PropertyKey[], issues: Issue[]): Values | null {
  const sizes = readSizes(values, 'with');
  issues.push(...sizes.problems.map(({ key, text }) => ({ path: [...path, key], text })));
  if (typeof values.cgroup === 'string' && !isCleanCgroupPath(values.cgroup)) {
    const text = `cgroup must be a clean absolute path within its hierarchy, as /shop/web; it is ${shown(values.cgroup)}`;
    issues.push({ path: [...path, 'cgroup'], text });
    return null;
  }
  return sizes.problems.length > 0 ? null : checked(action.with, sizes.values, path, issues);
}

function readState(schema: z.ZodType<Values>, values: Values, path: PropertyKey[], issues: Issue[]): Values | null {
  const sizes = readSizes(values, 'was');
  issues.push(...sizes.problems.map(({ key, text }) => ({ path: [...path, key], text })));
  return sizes.problems.length > 0 ? null : checked(schema, sizes.values, path, issues);
}

function checked(schema: z.ZodType<Values>, values: Values, path: PropertyKey[], issues: Issue[]): Values | null {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  issues.push(
    ...sayIssues(result.error, schema, values).map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
  );
  return null;
}

function findAction(step: StepFile, path: PropertyKey[], issues: Issue[]): AnyAction | null {
  const action = actionNamed(step.action) as AnyAction | null;
  if (!action) {
    const name = step.action.slice(0, 60);
    issues.push({ path: [...path, 'action'], text: `action ${name} is unknown: ${suggest(name, actionNames)}` });
  }
  return action;
}

function checkRisk(
  action: AnyAction,
  args: Values,
  was: Values | null,
  step: StepFile,
  path: PropertyKey[],
  issues: Issue[],
) {
  const lowest = action.lowestRisk(args, was);
  if (risks.indexOf(step.risk) >= risks.indexOf(lowest)) return;
  issues.push({
    path: [...path, 'risk'],
    text: `risk is understated: this step is at least ${lowest}; write risk: ${lowest}`,
  });
}

function inMemory({ id, title, action, risk, why, playbook }: StepFile, args: Values, was: Values | null): Step {
  return { id, title, action, with: args, was, risk, why, playbook: playbook ?? null };
}
