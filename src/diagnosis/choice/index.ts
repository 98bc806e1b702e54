import type { Report, TaskReport } from '../../kernel-log/report.js';
import type { Candidate, Choice } from '../../schemas/diagnosis.js';
import { formatBytes } from '../../text/bytes.js';
import { taskName } from '../names.js';
import { pageSize, ramBytes } from '../ram.js';
import { type Formula, formulaOf, heldBytes, type Total, totalOf } from './formula.js';

const shown = 5;
const neverKilled = -1000;

export interface ChoiceContext {
  /** the swap of this host, where the report is its own; null elsewhere */
  swapTotalBytes: number | null;
  /** victims of earlier reports of the burst: what is being killed is not chosen again */
  earlier: ReadonlySet<number>;
}

interface Scored {
  task: TaskReport;
  held: number;
  /** as the formula says, with what root is spared; null where all memory was not told and some task has an adjustment */
  score: number | null;
  /** the most it can be: whether a task of user 0 has CAP_SYS_ADMIN is not printed */
  most: number | null;
  /** what it would be without an adjustment */
  plain: number;
  mayBeKilled: boolean;
}

/**
 * Why the kernel chose its victim (select_bad_process of mm/oom_kill.c): each task's score worked out anew from the table.
 * @returns null where there is no table, or nobody was to be killed
 */
export function choiceOf(report: Report, { swapTotalBytes, earlier }: ChoiceContext): Choice | null {
  if (report.kind !== 'oom-kill' || report.tasks.length === 0) return null;
  if (report.victims.length === 0 && !report.noKillableProcess) return null;
  const formula = formulaOf(report);
  if (formula === null) return oldKernel(report);
  const total = totalOf(report, ramBytes(report), swapTotalBytes);
  const scored = report.tasks.flatMap((task) => scoreOf(task, report, { formula, total, earlier }));
  if (scored.length === 0) return null;
  const eligible = scored.filter(({ mayBeKilled }) => mayBeKilled);
  const isScored = eligible.every(({ score }) => score !== null);
  const ranked = eligible.sort((a, b) => (isScored ? b.score! - a.score! : b.plain - a.plain));
  // up to 5.0 the kernel says first whom it chose, and may kill a child in its place
  const chosenPid = report.chosen?.pid ?? report.victims[0]?.pid ?? null;
  const chosen = scored.find(({ task }) => task.pid === chosenPid) ?? null;
  const shielded = chosen === null ? heldBack(scored, 0) : heldBack(scored, chosen.plain);
  const isAdjusted = eligible.some(({ task }) => (task.oomScoreAdj ?? 0) !== 0);
  const agreement = agrees(report, { chosen, ranked, total });
  const plainest = scored
    .filter(({ task }) => task.pid !== 1 && !earlier.has(task.pid))
    .sort((a, b) => b.plain - a.plain)[0];
  return {
    formula: `${formula.text}${isAdjusted && total?.exact === false ? '; not all of swap is told' : ''}`,
    victim: victimOf(report, scored),
    ranking: ranked
      .filter(({ task }, index) => index < shown || task.pid === chosenPid)
      .map((one) => candidate(one, report)),
    shielded: shielded.slice(0, shown).map((one) => candidate(one, report)),
    withoutAdjustments: plainest ? { pid: plainest.task.pid, comm: plainest.task.comm, bytes: plainest.held } : null,
    agrees: agreement,
    text: textOf(report, { chosen, ranked, agreement, earlier, total }),
  };
}

function scoreOf(
  task: TaskReport,
  report: Report,
  { formula, total, earlier }: { formula: Formula; total: Total | null; earlier: ReadonlySet<number> },
): Scored[] {
  const held = heldBytes(task);
  // numbers that anyone may have written add up to anything
  if (held === null || !Number.isSafeInteger(held)) return [];
  const size = pageSize(report);
  const pages = Math.floor((held - (task.pageTableBytes ?? 0)) / size) + Math.floor((task.pageTableBytes ?? 0) / size);
  const adj = task.oomScoreAdj ?? 0;
  const allPages = total === null ? null : Math.max(1, Math.floor(total.bytes / size));
  const isRoot = task.uid === 0;
  const points = (adjustment: number, spared: boolean): number | null => {
    if (formula.unit === 'thousandths') {
      if (allPages === null) return null;
      const sum = Math.floor((pages * 1000) / allPages) - (spared ? 30 : 0) + adjustment;
      return Math.min(1000, Math.max(1, sum));
    }
    const bonus = spared && formula.spared === 'share' ? Math.floor((pages * 3) / 100) : 0;
    const thousandths = adjustment - (spared && formula.spared === 'thirty' ? 30 : 0);
    if (thousandths !== 0 && allPages === null) return null;
    const sum = pages - bonus + (thousandths === 0 ? 0 : thousandths * Math.floor(allPages! / 1000));
    if (!Number.isSafeInteger(sum)) return null;
    return formula.least === null ? sum : Math.max(formula.least, sum);
  };
  const spared = isRoot && formula.spared !== null;
  return [
    {
      task,
      held,
      score: points(adj, spared),
      most: points(adj, false),
      plain: pages,
      mayBeKilled: adj !== neverKilled && task.pid !== 1 && !earlier.has(task.pid),
    },
  ];
}

/** Who held more than the victim and outlived it by an adjustment below zero. */
function heldBack(scored: Scored[], least: number): Scored[] {
  return scored
    .filter(({ task, plain }) => (task.oomScoreAdj ?? 0) < 0 && plain > least && task.pid !== 1)
    .sort((a, b) => b.plain - a.plain);
}

/**
 * Whether the chosen one has the highest score. Counters are read anew for the table, and whether a root task was spared
 * is not printed: what is as high within that is no disagreement.
 */
function agrees(
  report: Report,
  { chosen, ranked, total }: { chosen: Scored | null; ranked: Scored[]; total: Total | null },
): boolean | null {
  const [first] = ranked;
  if (report.oomKillAllocatingTask || chosen === null || first === undefined) return null;
  if (chosen.task.pid === first.task.pid) return ranked.some(({ score }) => score === null) ? null : true;
  if (!chosen.mayBeKilled) return false;
  if (chosen.most === null || first.score === null) return null;
  const slack = Math.max(1, Math.abs(first.score) * 0.01);
  if (first.score - chosen.most <= slack) return true;
  return total?.exact === false && chosen.task.oomScoreAdj !== first.task.oomScoreAdj ? null : false;
}

function victimOf({ victims, chosen }: Report, scored: Scored[]): Choice['victim'] {
  const pid = chosen?.pid ?? victims[0]?.pid;
  if (pid === undefined) return null;
  return { pid, score: scored.find(({ task }) => task.pid === pid)?.score ?? null };
}

function candidate({ task, score, held }: Scored, { victims, chosen }: Report): Candidate {
  const isKilled = victims.some(({ pid }) => pid === task.pid);
  const isChosen = chosen?.pid === task.pid && !isKilled;
  const { pid, comm, oomScoreAdj } = task;
  return {
    pid,
    comm,
    score,
    bytes: held,
    oomScoreAdj,
    note: isKilled ? 'killed' : isChosen ? 'chosen; a child was killed in its place' : null,
  };
}

function oldKernel(report: Report): Choice {
  return {
    formula: 'virtual size, run time, nice and children (Linux up to 2.6.35)',
    victim: report.victims[0] ? { pid: report.victims[0].pid, score: report.chosen?.score ?? null } : null,
    ranking: [],
    shielded: [],
    withoutAdjustments: null,
    agrees: null,
    text: 'this kernel chose by virtual size, run time, nice and children, which its table does not print',
  };
}

function textOf(
  report: Report,
  {
    chosen,
    ranked,
    agreement,
    earlier,
    total,
  }: {
    chosen: Scored | null;
    ranked: Scored[];
    agreement: boolean | null;
    earlier: ReadonlySet<number>;
    total: Total | null;
  },
): string {
  const [victim] = report.victims;
  if (!victim) return 'no task in the table could be killed';
  if (report.oomKillAllocatingTask) {
    return 'vm.oom_kill_allocating_task is set: the task that asked for memory is killed, whatever the scores';
  }
  if (chosen === null) return `${taskName(victim)} is not in the task table: its score cannot be worked out`;
  const sacrificed = report.chosen !== null && report.chosen.pid !== victim.pid;
  const child = sacrificed ? `; ${taskName(victim)}, a child or thread of it, was killed in its place` : '';
  const name = taskName(chosen.task);
  const rank = ranked.indexOf(chosen) + 1;
  const held = `it held ${formatBytes(chosen.held)} with swap and page tables${adjustment(chosen.task)}`;
  if (agreement === true) {
    const alone =
      ranked.length === 1
        ? 'was the only task in the table that could be killed'
        : `had the highest score of the ${ranked.length} in the table`;
    return `${name} ${alone}: ${held}${child}`;
  }
  if (agreement === null) {
    const why = total === null ? 'the size of all memory' : 'all of swap';
    return `${name} is number ${rank} of ${ranked.length} in the table; ${why} is not told, so that the scores are not certain: ${held}${child}`;
  }
  const reasons = reasonsOf(chosen, ranked[0]!, earlier);
  return `by the table ${taskName(ranked[0]!.task)} had a higher score than ${name}: ${reasons}${child}`;
}

function adjustment({ oomScoreAdj }: TaskReport): string {
  if (oomScoreAdj === null || oomScoreAdj === 0) return '';
  return oomScoreAdj > 0
    ? `, and its oom_score_adj of ${oomScoreAdj} put it forward`
    : `, in spite of its oom_score_adj of ${oomScoreAdj}`;
}

/** What the table cannot show, the likeliest first. */
function reasonsOf(chosen: Scored, first: Scored, earlier: ReadonlySet<number>): string {
  if (chosen.task.oomScoreAdj === neverKilled) {
    return `${taskName(chosen.task)} has an oom_score_adj of -1000, and died with a task that shares its memory`;
  }
  if (earlier.has(chosen.task.pid)) return 'it was chosen before, and its memory was not freed in time';
  return `${taskName(first.task)} may have been dying already, or its memory was shared with a task that may not be killed; or the table was printed after memory had changed hands`;
}
