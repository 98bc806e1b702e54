import { actionNamed } from '../actions/index.js';
import type { Step } from './playbook.js';
import { higherRisk } from './risk.js';

/** The step with no lower a risk than its action has with these values: a limit that turns out to be lowered is no low risk. */
export function withLowestRisk(step: Step): Step {
  const lowest = actionNamed(step.action)?.lowestRisk(step.with, step.was) ?? step.risk;
  return { ...step, risk: higherRisk(step.risk, lowest) };
}
