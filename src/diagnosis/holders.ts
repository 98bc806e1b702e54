import type { Report, TaskReport } from '../kernel-log/report.js';
import type { Holder } from '../schemas/diagnosis.js';
import { partsOf } from './balance/index.js';
import { sumOf } from './balance/settle.js';

const shownTasks = 8;
/** The table is printed a moment after the counters: less than this is no process that is missing. */
const unnamedShare = 0.1;

/** What held the memory at the kill, largest first: the tasks of the table, and what is in no task. */
export function holdersOf(report: Report): Holder[] {
  if (report.kind === 'userspace-kill') return [];
  const listed = report.tasks.map((task) => taskHolder(task, report));
  const tasks = [...listed, ...unlistedVictims(report)].sort((a, b) => b.bytes - a.bytes);
  const rest = tasks.slice(shownTasks);
  const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, report.tasksLeftOut.bytes);
  const restCount = rest.length + report.tasksLeftOut.count;
  const others = restCount > 0 ? [plain('other', `${restCount} more tasks`, restBytes)] : [];
  const pools = poolsOf(report, sumOf(tasks) + report.tasksLeftOut.bytes);
  return (
    [...tasks.slice(0, shownTasks), ...others, ...pools]
      // numbers that anyone may have written add up to anything
      .filter(({ bytes, killed }) => Number.isSafeInteger(bytes) && (bytes > 0 || killed))
      .sort((a, b) => b.bytes - a.bytes)
  );
}

/** Where the table is missing or cut, the kill lines still tell. */
function unlistedVictims({ victims, tasks }: Report): Holder[] {
  const listed = new Set(tasks.map(({ pid }) => pid));
  return victims.flatMap(({ pid, comm, anonRssBytes, oomScoreAdj }) =>
    comm === null || anonRssBytes === null || listed.has(pid)
      ? []
      : [{ kind: 'task' as const, name: comm, pid, bytes: anonRssBytes, killed: true, oomScoreAdj }],
  );
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

/** The parts of the balance that are no task's own memory, in the same figures. */
const pools: [kind: Holder['kind'], name: string, parts: string[]][] = [
  ['cache', 'page cache', ['page-cache']],
  ['shared-memory', 'shared memory', ['shared-memory']],
  [
    'kernel',
    'kernel',
    [
      'slab',
      'slab-unreclaimable',
      'slab-reclaimable',
      'page-tables',
      'kernel-stacks',
      'per-cpu',
      'vmalloc',
      'zswap',
      'kernel-other',
      'sockets',
    ],
  ],
  ['other', 'huge pages', ['huge-pages']],
];

function poolsOf(report: Report, taskBytes: number): Holder[] {
  const parts = partsOf(report);
  const bytesOf = (names: string[]) => sumOf(parts.filter(({ name }) => names.includes(name)));
  // What processes hold beside those that are named: the table may be missing or cut.
  const anonymous = bytesOf(['anonymous']);
  const unnamed = anonymous - taskBytes > unnamedShare * anonymous ? anonymous - taskBytes : 0;
  return [
    ...pools.map(([kind, name, names]) => plain(kind, name, bytesOf(names))),
    plain('other', taskBytes > 0 ? 'processes not listed' : 'processes', unnamed),
  ];
}

function plain(kind: Holder['kind'], name: string, bytes: number): Holder {
  return { kind, name, pid: null, bytes, killed: false, oomScoreAdj: null };
}
