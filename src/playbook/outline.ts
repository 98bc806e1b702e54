import type { Risk } from '../schemas/diagnosis.js';
import { stepNeeds } from './built-ins.js';
import { fillArguments, readParameters } from './parameters.js';
import type { ParameterValues, Playbook, Step } from './playbook.js';
import { highestRisk } from './risk.js';

/** What a proposal tells of its playbook before anybody asks for a plan. */
export interface Outline {
  risk: Risk;
  /** only steps that a person does */
  manual: boolean;
  /** for a manual one: what to do, and the command where there is one */
  instruction: string | null;
  command: string | null;
}

/**
 * A built-in with its parameters, as far as a proposal needs it: which steps are left, how risky they are. The whole
 * check, by the actions' own schemas, is `fillTemplate`'s, before anything is saved or run.
 * @throws UndoomError `call.parameter`
 */
export function outlineOf(template: Playbook, given: ParameterValues): Outline {
  const values = readParameters(template, given);
  const steps = template.steps.filter((step) => isLeft(template, step, values));
  const manual = steps.every(({ action }) => action === 'manual');
  const args = manual ? steps.map((step) => fillArguments(step.with, values)) : [];
  return {
    risk: highestRisk(steps),
    manual,
    instruction: joined(args, 'instruction', ' '),
    command: joined(args, 'command', ' && '),
  };
}

/** Several steps for a person are one text, and one command that ends where one of them fails. */
function joined(args: Record<string, unknown>[], key: string, between: string): string | null {
  const texts = args.flatMap(({ [key]: value }) => (value === undefined ? [] : [String(value).trim()]));
  return texts.length === 0 ? null : texts.join(between);
}

/** A step goes with the parameters that were not given, where it needs them or has nothing else to do. */
function isLeft({ name }: Playbook, { id, with: args }: Step, values: ParameterValues): boolean {
  const filled = fillArguments(args, values);
  const { required, mayBeEmpty } = stepNeeds(name, id);
  if (Object.keys(filled).length === 0) return mayBeEmpty;
  return required.every((key) => Object.hasOwn(filled, key));
}
