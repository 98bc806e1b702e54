import { proposeRaise } from './raise.js';
import type { RemedyMaker } from './remedy.js';

export const raiseParentCgroupLimit: RemedyMaker = {
  playbook: 'raise-parent-cgroup-limit',
  causes: ['parent-cgroup-limit'],
  propose: (incident, context) => proposeRaise(incident, context, 'the parent '),
};
