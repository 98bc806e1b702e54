import { proposeRaise } from './raise.js';
import type { RemedyMaker } from './remedy.js';

export const raiseCgroupLimit: RemedyMaker = {
  playbook: 'raise-cgroup-limit',
  causes: ['cgroup-limit'],
  propose: (incident, context) => proposeRaise(incident, context, ''),
};
