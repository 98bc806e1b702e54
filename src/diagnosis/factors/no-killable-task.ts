import { quotedFact } from '../evidence.js';
import { type FactorRule, shown } from '../factor.js';

export const noKillableTask: FactorRule = {
  factor: 'no-killable-task',
  holds(report) {
    if (!report.noKillableProcess) return null;
    const text = 'every task was shielded or had nothing to give back';
    return shown(quotedFact(report, 'no-killable', text), text);
  },
};
