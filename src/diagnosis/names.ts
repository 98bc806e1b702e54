import type { Report, Victim } from '../kernel-log/report.js';
import { formatList } from '../text/lists.js';
import { allowedNodes } from './request.js';

/** Who was killed, in words; null where no line names it. */
export function victimName(report: Report): string | null {
  const [victim] = report.victims;
  if (!victim) return null;
  const others = report.victims.length - 1;
  return others > 0 ? `${taskName(victim)} and ${others} more` : taskName(victim);
}

export function taskName({ comm, pid }: Pick<Victim, 'comm' | 'pid'>): string {
  return comm === null ? `process ${pid}` : `${comm} (${pid})`;
}

/** ", and the kernel killed cart (29748), which asked for more"; '' where no kill is told. */
export function killedClause(report: Report): string {
  const name = victimName(report);
  if (report.noKillableProcess) return ', and the kernel found no process that it may kill';
  if (name === null) return '';
  return `, and the kernel killed ${name}${triggerClause(report)}`;
}

function triggerClause({ trigger, victims }: Report): string {
  const [victim] = victims;
  if (!trigger?.comm || !victim || victims.length > 1) return '';
  const itself = trigger.pid === null ? null : trigger.pid === victim.pid;
  if (itself) return ', which asked for more';
  return itself === false || trigger.comm !== victim.comm ? ` when ${trigger.comm} asked for more` : '';
}

export function nodesName(report: Report): string {
  const nodes = allowedNodes(report);
  if (nodes === null || nodes.length === 0) return 'the memory nodes it was allowed to use';
  return nodes.length === 1 ? `memory node ${nodes[0]}` : `memory nodes ${formatList(nodes)}`;
}
