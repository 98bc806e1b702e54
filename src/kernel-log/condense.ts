import type { Report, TaskReport } from './report.js';

/** so many of each kind are kept of a task table */
const keptTasks = 8;

/**
 * A report of which the later steps need less, as there are very many: of its task table, those that held the most, those
 * that the kernel would have chosen first, process 1 and the victims stay; of the others, how many they were and what
 * they held.
 */
export function condense(report: Report): void {
  const { tasks, victims } = report;
  if (tasks.length <= 2 * keptTasks) return;
  const kept = new Set([...largest(tasks, anonymous), ...largest(tasks, chances)]);
  const killed = new Set(victims.map(({ pid }) => pid));
  const left = tasks.filter((task) => !kept.has(task) && task.pid !== 1 && !killed.has(task.pid));
  const gone = new Set(left);
  report.tasks = tasks.filter((task) => !gone.has(task));
  report.tasksLeftOut.count += left.length;
  report.tasksLeftOut.bytes += left.reduce((sum, task) => sum + anonymous(task), 0);
  report.tasksLeftOut.pageTableBytes += left.reduce((sum, { pageTableBytes }) => sum + (pageTableBytes ?? 0), 0);
}

function largest(tasks: TaskReport[], of: (task: TaskReport) => number): TaskReport[] {
  return tasks.toSorted((a, b) => of(b) - of(a)).slice(0, keptTasks);
}

const anonymous = ({ rssAnonBytes, rssBytes }: TaskReport) => rssAnonBytes ?? rssBytes ?? 0;

/** The kernel's own score (mm/oom_kill.c oom_badness), but for what oom_score_adj adds: that wants the host's memory. */
function chances({ rssBytes, swapBytes, pageTableBytes, oomScoreAdj }: TaskReport): number {
  const held = (rssBytes ?? 0) + (swapBytes ?? 0) + (pageTableBytes ?? 0);
  return oomScoreAdj === -1000 ? 0 : held * (1 + Math.max(0, oomScoreAdj ?? 0));
}
