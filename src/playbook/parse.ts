import { UndoomError } from '../errors.js';
import { type Problem, readDocument } from './document.js';
import { type Issue, sayIssues } from './issues.js';
import type { Playbook } from './playbook.js';
import { checkForm, checkUse, isTemplateFile, readParameters } from './rules.js';
import { type PlaybookFile, playbookFileSchema, stepSchema } from './schema.js';
import { readSavedStep, readTemplateStep } from './steps.js';

/**
 * A playbook's text, checked whole.
 * @throws UndoomError `call.playbook`: file, line and the way out of the first thing that is wrong, and how many more are
 */
export function parsePlaybook(text: string, origin: Playbook['origin']): Playbook {
  const { data, lineOf, problems } = readDocument(text);
  if (problems.length > 0) throw refuse(origin, problems);
  const { playbook, issues } = readFile(data);
  if (issues.length > 0 || !playbook)
    throw refuse(
      origin,
      issues.map((issue) => ({ line: lineOf(issue.path), text: issue.text })),
    );
  return { ...playbook, origin };
}

function readFile(data: unknown): { playbook: Omit<Playbook, 'origin'> | null; issues: Issue[] } {
  const result = playbookFileSchema.safeParse(data);
  if (!result.success) {
    // The steps that are well formed are checked all the same, so that one look at the file finds everything.
    const template = isTemplateFile((data ?? {}) as object);
    const steps = (data as { steps?: unknown } | null)?.steps;
    const later = (Array.isArray(steps) && !template ? steps : []).flatMap((step, index) => {
      const { success, data: wellFormed } = stepSchema.safeParse(step);
      return success ? readSavedStep(wellFormed, index).issues : [];
    });
    return { playbook: null, issues: [...sayIssues(result.error, playbookFileSchema, data), ...later] };
  }
  const file = result.data;
  const { parameters, issues: parameterIssues } = readParameters(file);
  const read = file.steps.map((step, index) =>
    isTemplateFile(file) ? readTemplateStep(step, index, parameters) : readSavedStep(step, index),
  );
  const steps = read.map(({ step }) => step);
  const issues = [...checkForm(file, parameters), ...parameterIssues, ...read.flatMap((step) => step.issues)];
  return { playbook: inMemory(file, parameters, steps), issues: issues.length > 0 ? issues : checkUse(file) };
}

function inMemory(
  file: PlaybookFile,
  parameters: Playbook['parameters'],
  steps: Playbook['steps'],
): Omit<Playbook, 'origin'> {
  return {
    undoom: 1,
    name: file.name,
    title: file.title,
    host: file.host ? { name: file.host.name ?? null, machineId: file.host.machineId ?? null } : null,
    because: file.because ?? null,
    expires: file.expires ?? null,
    reusable: file.reusable ?? false,
    windows: file.windows ?? [],
    for: file.for ?? [],
    parameters,
    hosts: file.hosts ?? null,
    steps,
  };
}

/** The error for what is wrong with a file: the first problem, and how many more. */
export function refuse(origin: Playbook['origin'], problems: Problem[]): UndoomError {
  const [first, ...more] = [...problems].sort((a, b) => a.line - b.line);
  const rest = more.length === 0 ? '' : ` (and ${more.length} more ${more.length === 1 ? 'problem' : 'problems'})`;
  return new UndoomError('call.playbook', `${origin.name}, line ${first!.line}: ${first!.text}${rest}`);
}
