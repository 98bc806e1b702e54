import type { Risk } from './schemas/diagnosis.js';

const order: Risk[] = ['low', 'medium', 'high'];

export function isRiskier(risk: Risk, than: Risk): boolean {
  return order.indexOf(risk) > order.indexOf(than);
}
