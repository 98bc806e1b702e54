import type { z } from 'zod';
import { type AnyAction, actionNamed, actionNames } from '../actions/index.js';
import { type Issue, sayIssues } from './issues.js';
import { suggest } from './nearest.js';
import { fillArguments, openParameters, sampleValue } from './parameters.js';
import type { Parameter, Step } from './playbook.js';
import { higherRisk } from './risk.js';
import type { StepFile } from './schema.js';

type Values = Record<string, unknown>;
type Path = PropertyKey[];

/** One step of a saved playbook: `with` and `was` come out as the action's schemas read them. */
export function readSavedStep(file: StepFile, index: number): { step: Step; issues: Issue[] } {
  const path = ['steps', index];
  const issues: Issue[] = [];
  const action = findAction(file, path, issues);
  if (!action) return { step: inMemory(file, {}, null), issues };
  const args = readSavedArguments(action, file, [...path, 'with'], issues);
  const was = readState(action, file, path, issues);
  if (args && (was || action.was === null)) issues.push(...understated(action, args, was, file, path));
  return { step: inMemory(file, args ?? {}, was), issues };
}

/** One step of a template: checked with sample values in place of its parameters, kept with `${name}`. */
export function readTemplateStep(
  file: StepFile,
  index: number,
  parameters: Record<string, Parameter>,
): { step: Step; issues: Issue[] } {
  const path = ['steps', index];
  const issues = [
    ...checkText(file.title, [...path, 'title'], parameters),
    ...checkText(file.why, [...path, 'why'], parameters),
    ...undeclared(file.with, [...path, 'with'], parameters),
  ];
  if (file.was) {
    const text = 'was: a template has none, it is taken when the plan is shown; leave it out';
    issues.push({ path: [...path, 'was'], text });
  }
  const action = findAction(file, path, issues);
  const values = file.with ?? {};
  if (action && issues.length === 0) {
    const samples = Object.entries(parameters).map(([name, parameter]) => [name, sampleValue(parameter)]);
    const args = readValues(action.with, fillArguments(values, Object.fromEntries(samples)), [...path, 'with'], issues);
    if (args) issues.push(...understated(action, args, null, file, path));
  }
  return { step: inMemory(file, values, null), issues };
}

/** A text of a template that is shown whatever is set: it names declared parameters that always have a value. */
export function checkText(text: string, path: Path, parameters: Record<string, Parameter>): Issue[] {
  const optional = openParameters(text).filter((name) => {
    const parameter = parameters[name];
    return parameter?.optional && parameter.default === undefined;
  });
  const issues = optional.map((name) => ({
    path,
    text: `${String(path.at(-1))} uses \${${name}}, which may have no value: leave it out of the text`,
  }));
  return [...undeclared(text, path, parameters), ...issues];
}

function undeclared(value: unknown, path: Path, parameters: Record<string, Parameter>): Issue[] {
  const names = Object.keys(parameters);
  const unknown = openParameters(value).filter((name) => !Object.hasOwn(parameters, name));
  return unknown.map((name) => {
    const way = names.length > 0 ? suggest(name, names) : 'declare it under "parameters"';
    return { path, text: `\${${name}} is no parameter of this playbook: ${way}` };
  });
}

/** As the action's schema reads them; what is wrong is added to `issues`. */
export function readValues(schema: z.ZodType, values: Values, path: Path, issues: Issue[]): Values | null {
  const result = schema.safeParse(values);
  if (result.success) return result.data as Values;
  issues.push(
    ...sayIssues(result.error, schema, values).map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
  );
  return null;
}

function readSavedArguments(action: AnyAction, file: StepFile, path: Path, issues: Issue[]): Values | null {
  // A manual step is text for a person: `${HOME}` in its command is theirs.
  const open = action.name === 'manual' ? undefined : openParameters(file.with)[0];
  if (!open) return readValues(action.with, file.with ?? {}, path, issues);
  issues.push({ path, text: `the parameter \${${open}} is open: write its value, or declare it under "parameters"` });
  return null;
}

function readState(action: AnyAction, file: StepFile, path: Path, issues: Issue[]): Values | null {
  if (action.was && file.was) return readValues(action.was, file.was, [...path, 'was'], issues);
  if (file.was) {
    const text = `was: ${action.name} has no inverse and takes none; leave it out`;
    issues.push({ path: [...path, 'was'], text });
  } else if (action.was) {
    const text = `step ${file.id} has no "was": state the value it expects to find, as "undoom fix --save" does (a template needs "for" or "parameters")`;
    issues.push({ path, text });
  }
  return null;
}

function findAction(file: StepFile, path: Path, issues: Issue[]): AnyAction | null {
  const action = actionNamed(file.action);
  if (action) return action;
  const name = file.action.slice(0, 60);
  issues.push({ path: [...path, 'action'], text: `action ${name} is unknown: ${suggest(name, actionNames)}` });
  return null;
}

function understated(action: AnyAction, args: Values, was: Values | null, file: StepFile, path: Path): Issue[] {
  const lowest = action.lowestRisk(args, was);
  if (higherRisk(file.risk, lowest) === file.risk) return [];
  const text = `risk is understated: this step is at least ${lowest}; write risk: ${lowest}`;
  return [{ path: [...path, 'risk'], text }];
}

function inMemory({ id, title, action, risk, why, playbook }: StepFile, args: Values, was: Values | null): Step {
  return { id, title, action, with: args, was, risk, why, playbook: playbook ?? null };
}
