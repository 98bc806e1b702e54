import { type AnyAction, actionNamed } from '../actions/index.js';
import { formatBytes } from '../text/bytes.js';
import type { Issue } from './issues.js';
import { withLowestRisk } from './lowest-risk.js';
import {
  fillArguments,
  openParameters,
  readParameters,
  replaceParameters,
  wrongParameter as wrong,
} from './parameters.js';
import type { ParameterValues, Playbook, Step } from './playbook.js';
import { readValues } from './steps.js';

export type Filling = Partial<Pick<Playbook, 'title' | 'because' | 'host' | 'expires'>> & { why?: string };

export function isTemplate(playbook: Playbook): boolean {
  return playbook.for.length > 0 || Object.keys(playbook.parameters).length > 0;
}

/**
 * A template with its parameters filled in, checked as a saved playbook is, `was` not yet taken.
 *
 * A step whose optional parameters are not set keeps what it may do without (`memory.compact` without a node compacts
 * all of them), and is left out where it has nothing left to do.
 * @param extra what a diagnosis knows better than the template; `why` replaces that of the first step
 * @throws UndoomError `call.parameter`
 */
export function fillTemplate(template: Playbook, given: ParameterValues, extra: Filling = {}): Playbook {
  const values = readParameters(template, given);
  const show = (text: string) => String(replaceParameters(text, values, formatBytes));
  const steps = template.steps.flatMap((step) => fillStep(template, step, values) ?? []);
  if (steps.length === 0) {
    const names = Object.keys(template.parameters);
    throw wrong(`${template.name} has nothing to do: set at least one of ${names.join(', ')}`, names[0]);
  }
  return {
    ...template,
    for: [],
    parameters: {},
    title: extra.title ?? show(template.title),
    because: extra.because ?? template.because,
    host: extra.host ?? template.host,
    expires: extra.expires ?? template.expires,
    steps: steps.map((step, index) => ({
      ...step,
      title: show(step.title),
      why: index === 0 && extra.why !== undefined ? extra.why : show(step.why),
    })),
  };
}

/**
 * `['limit=160MiB']` is `{limit: '160MiB'}`. The value may hold `=`; the same name twice is an error.
 * @throws UndoomError `call.parameter`
 */
export function parseSetFlags(flags: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const flag of flags) {
    const split = flag.indexOf('=');
    if (split < 1) throw wrong(`--set ${flag.slice(0, 60)} is no name=value`, 'name');
    const name = flag.slice(0, split).trim();
    if (values.has(name)) throw wrong(`--set ${name} is given twice: keep one`);
    values.set(name, flag.slice(split + 1));
  }
  // Object.fromEntries defines its keys, so that a name such as __proto__ is only an unknown parameter.
  return Object.fromEntries(values);
}

function fillStep(template: Playbook, step: Step, values: ParameterValues): Step | null {
  const action = actionNamed(step.action)!;
  const args = fillArguments(step.with, values);
  const left = Object.keys(step.with).filter((key) => !Object.hasOwn(args, key));
  if (left.length > 0 && !canDoWithout(action, args, left)) return null;
  const issues: Issue[] = [];
  const read = readValues(action.with, args, [], issues);
  if (read) return withLowestRisk({ ...step, with: read });
  const name = openParameters(step.with[String(issues[0]!.path[0])])[0];
  throw wrong(`${template.name}, step ${step.id}: ${issues[0]!.text}`, name);
}

/** Whether what is left is a whole call of the action: nothing that it needs was left out, nor all it had. */
function canDoWithout(action: AnyAction, args: Record<string, unknown>, left: string[]): boolean {
  const result = action.with.safeParse(args);
  if (result.success) return true;
  if (Object.keys(args).length === 0) return false;
  return !result.error.issues.some(({ path }) => left.includes(String(path[0])));
}
