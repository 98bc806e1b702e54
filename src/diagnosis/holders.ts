import type { Report, TaskReport } from '../kernel-log/report.js';
import type { Holder } from '../schemas/diagnosis.js';
import { memInfoBytes } from './ram.js';

const shownTasks = 8;

/** What held the memory at the kill, largest first: the tasks of the table, and what is in no task. */
export function holdersOf(report: Report): Holder[] {
  if (report.kind === 'userspace-kill') return [];
  const tasks = report.tasks.map((task) => taskHolder(task, report)).sort((a, b) => b.bytes - a.bytes);
  const rest = tasks.slice(shownTasks);
  const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  const others = rest.length > 0 ? [plain('other', `${rest.length} more tasks`, restBytes)] : [];
  const pools = report.scope === 'cgroup' ? ofCgroup(report) : ofHost(report);
  return [...tasks.slice(0, shownTasks), ...others, ...pools]
    .filter(({ bytes, killed }) => bytes > 0 || killed)
    .sort((a, b) => b.bytes - a.bytes);
}

/** The page cache counts file pages that tasks map as well, so that a task's own are taken where they are told. */
function taskHolder(task: TaskReport, { victims }: Report): Holder {
  const victim = victims.find(({ pid }) => pid === task.pid);
  return {
    kind: 'task',
    name: task.comm,
    pid: task.pid,
    bytes: task.rssAnonBytes ?? victim?.anonRssBytes ?? task.rssBytes ?? 0,
    killed: victim !== undefined,
    oomScoreAdj: task.oomScoreAdj,
  };
}

function ofCgroup({ cgroupStats: stats }: Report): Holder[] {
  if (stats === null) return [];
  const shmem = stats.shmem ?? 0;
  // `file` (v2) and `cache` (v1) include shared memory
  const cache = Math.max(0, (stats.file ?? stats.cache ?? 0) - shmem);
  const parts =
    (stats.slab ?? (stats.slab_reclaimable ?? 0) + (stats.slab_unreclaimable ?? 0)) + (stats.pagetables ?? 0);
  const kernel = stats.kernel ?? parts + (stats.kernel_stack ?? 0) + (stats.percpu ?? 0) + (stats.vmalloc ?? 0);
  return [
    plain('cache', 'page cache', cache),
    plain('shared-memory', 'shared memory', shmem),
    plain('kernel', 'kernel', kernel + (stats.sock ?? 0)),
  ];
}

function ofHost(report: Report): Holder[] {
  const bytes = (...keys: string[]) => keys.reduce((sum, key) => sum + (memInfoBytes(report, key) ?? 0), 0);
  const stacks = report.zones.reduce((sum, { values }) => sum + (values.kernel_stack ?? 0), 0);
  const huge = report.hugePages.reduce((sum, { total, sizeBytes }) => sum + total * sizeBytes, 0);
  return [
    plain('cache', 'page cache', bytes('active_file', 'inactive_file')),
    plain('shared-memory', 'shared memory', bytes('shmem')),
    plain('kernel', 'kernel', bytes('slab', 'slab_reclaimable', 'slab_unreclaimable', 'pagetables') + stacks),
    plain('other', 'huge pages', huge),
  ];
}

function plain(kind: Holder['kind'], name: string, bytes: number): Holder {
  return { kind, name, pid: null, bytes, killed: false, oomScoreAdj: null };
}
