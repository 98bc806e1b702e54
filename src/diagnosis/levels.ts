import type { Host, MemoryCgroup } from '../host/host.js';
import { identityOf, isCgroupPath } from '../host/index.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence, Identity, Incident, Level } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { isProperAncestor } from './cgroup-path.js';
import { counted } from './evidence.js';
import { percent } from './factor.js';

/** A log may name a path of two thousand parts; nobody nests cgroups that deep. */
const mostLevels = 64;
const namedChildren = 8;

/**
 * Each cgroup from the killed task's up to the root, and which of them had the limit that was hit: now, as the live host
 * has it; else what the report tells, which is the one limit.
 * @param host null for a log of elsewhere
 */
export function levelsOf(report: Report, host: Host | null): { levels: Level[]; evidence: Evidence[] } {
  const { limitCgroup: limit } = report;
  if (report.kind !== 'oom-kill' || report.scope !== 'cgroup' || limit === null || !isCgroupPath(limit)) {
    return { levels: [], evidence: [] };
  }
  const task = taskCgroupOf(report);
  const isBelow = task !== null && isCgroupPath(task) && isProperAncestor(limit, task);
  const paths = upwards(isBelow ? task : limit);
  const levels = paths.map((path) => levelOf(path, report, task, host));
  return { levels, evidence: isBelow ? ownLimits(levels, limit, host) : [] };
}

export function whoseOf(report: Report, host: Host | null): Incident['whose'] {
  return { limit: identify(report.limitCgroup, host), task: identify(taskCgroupOf(report), host) };
}

/** memory.oom.group names the cgroup whose tasks are killed together, which holds the task. */
function taskCgroupOf({ taskCgroup, oomGroupCgroup }: Report): string | null {
  return taskCgroup ?? oomGroupCgroup;
}

function identify(path: string | null, host: Host | null): Identity | null {
  if (path === null) return null;
  return host ? host.cgroups.identity(path) : identityOf(path);
}

/** `/a/b` is `/a/b`, `/a`, `/`. */
function upwards(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`), '/'].slice(0, mostLevels);
}

function levelOf(path: string, report: Report, task: string | null, host: Host | null): Level {
  const isLimit = path === report.limitCgroup;
  const common = { path, whose: identify(path, host), isLimit, isTask: path === task };
  const live = host?.cgroups.memory(path) ?? null;
  if (live) {
    return {
      ...common,
      limitBytes: live.limitBytes,
      highBytes: typeof live.highBytes === 'number' ? live.highBytes : null,
      usageBytes: live.usageBytes,
      peakBytes: live.peakBytes,
      oomKills: live.oomKills,
      source: 'now',
      children: isLimit && host ? childrenOf(live, host) : [],
    };
  }
  return {
    ...common,
    limitBytes: isLimit ? (report.memory?.limitBytes ?? null) : null,
    highBytes: null,
    usageBytes: isLimit ? (report.memory?.usageBytes ?? null) : null,
    peakBytes: null,
    oomKills: null,
    source: 'report',
    children: [],
  };
}

/** Which of those below it holds how much: one file of each is read. */
function childrenOf({ children, limitBytes, usageBytes }: MemoryCgroup, { cgroups }: Host): Level['children'] {
  const whole = (typeof limitBytes === 'number' && limitBytes > 0 ? limitBytes : usageBytes) || 0;
  return children
    .flatMap((path) => {
      const held = cgroups.usageBytes(path);
      return held === null ? [] : [{ path, usageBytes: held, share: whole > 0 ? Math.min(1, held / whole) : 0 }];
    })
    .sort((a, b) => b.usageBytes - a.usageBytes || (a.path < b.path ? -1 : 1))
    .slice(0, namedChildren);
}

/**
 * The limit above the task's cgroup was hit: that is only the fault of what shares it where the task's own cgroup had a
 * limit to keep to. Where it has none, the one above is simply the first that binds.
 */
function ownLimits(levels: Level[], limit: string, host: Host | null): Evidence[] {
  const at = levels.findIndex(({ path }) => path === limit);
  const below = levels.slice(0, at).filter(({ source }) => source === 'now');
  const own = below.filter(({ limitBytes }) => typeof limitBytes === 'number');
  const file = host?.cgroups.memoryMount?.version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  const evidence: Evidence[] = [];
  if (below.length === at && own.length === 0) {
    const shows = `no cgroup between the task and ${limit} has a limit of its own: that of ${limit} is simply the first that binds it, which is no fault above`;
    evidence.push(counted(`${below[0]!.path}: ${file}: no limit`, shows));
  } else if (own[0]) {
    const { path, limitBytes } = own[0];
    const shows = `${path} has a limit of its own, and it was not that one which was hit: what all below ${limit} hold together counts`;
    evidence.push(counted(`${path}: ${file}: ${limitBytes}`, shows));
  }
  const [largest] = levels[at]?.children ?? [];
  if (largest && largest.share > 0 && !below.some(({ path }) => path === largest.path)) {
    const shows = `now ${largest.path} holds the most below ${limit}: ${percent(largest.share)} of its limit, and the killed task was not in it`;
    evidence.push(counted(`${largest.path}: ${formatBytes(largest.usageBytes)}`, shows));
  }
  return evidence;
}
