import type { Risk } from '../schemas/diagnosis.js';
import type { Step } from './playbook.js';

const risks: Risk[] = ['low', 'medium', 'high'];

export function higherRisk(one: Risk, other: Risk): Risk {
  return risks.indexOf(one) >= risks.indexOf(other) ? one : other;
}

export function isRiskier(risk: Risk, than: Risk): boolean {
  return risks.indexOf(risk) > risks.indexOf(than);
}

export function highestRisk(steps: Step[]): Risk {
  return steps.reduce<Risk>((highest, { risk }) => higherRisk(highest, risk), 'low');
}
