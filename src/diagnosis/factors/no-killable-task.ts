import { quotedFact } from '../evidence.js';
import type { FactorRule } from '../factor.js';

export const noKillableTask: FactorRule = {
  factor: 'no-killable-task',
  holds(report) {
    if (!report.noKillableProcess) return null;
    return quotedFact(report, 'no-killable', 'every task was shielded or had nothing to give back');
  },
};
