import type { CauseRule } from '../cause.js';
import { quotedFact } from '../evidence.js';
import { victimName } from '../names.js';

/** SysRq f: the kernel says so in a line of its own, or prints the order -1 (is_sysrq_oom of mm/oom_kill.c). */
export const manual: CauseRule = {
  cause: 'manual',
  judge(report) {
    if (report.kind !== 'oom-kill' || (!report.sysrq && report.trigger?.order !== -1)) return null;
    const asked = quotedFact(report, 'sysrq', 'a person or a program asked for the kill with SysRq f');
    const order = report.trigger?.order === -1 ? quotedFact(report, 'header', 'the order -1 means SysRq f') : [];
    return { confidence: 'high', evidence: [...asked, ...order] };
  },
  summary(report) {
    const name = victimName(report);
    const asked = 'Somebody asked the kernel for a kill with SysRq f';
    return name === null
      ? `${asked}: this says nothing about memory`
      : `${asked}, and it killed ${name}: this says nothing about memory`;
  },
};
