import type { Host, MemoryCgroup } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { counted } from './evidence.js';
import { isBeforeBoot } from './place.js';

export interface BorneOut {
  /** null where the host's counters cannot tell */
  borneOut: boolean | null;
  evidence: Evidence[];
}

const notAskable: BorneOut = { borneOut: null, evidence: [] };

/**
 * Text can be forged, counters cannot: whether this host counts such a kill since its boot.
 * @param host null for a log of elsewhere
 */
export function borneOut(report: Report, host: Host | null): BorneOut {
  if (host === null || report.kind !== 'oom-kill' || isBeforeBoot(report, host)) return notAskable;
  if (report.scope !== 'cgroup' || report.limitCgroup === null) return byHost(host, 'the host counts');
  const limit = host.cgroups.memory(report.limitCgroup);
  if (limit === null) {
    return byHost(host, `${report.limitCgroup} is gone, and its counters with it; the host as a whole counts`);
  }
  // On v1 the kill is counted by the task's cgroup alone, on v2 by all above it as well (memcg_memory_event).
  const task =
    report.taskCgroup === null || report.taskCgroup === report.limitCgroup
      ? null
      : host.cgroups.memory(report.taskCgroup);
  const kills = [limit, ...(task ? [task] : [])].flatMap(killsOf);
  const taskIsGone = report.taskCgroup !== null && report.taskCgroup !== report.limitCgroup && task === null;
  const isCounted = kills.some(({ count }) => count > 0);
  // Reaching a limit is no kill: page cache does so all day. It tells only where no cgroup is left that counted it.
  const isTold = kills.length > 0 && (isCounted || limit.version === 2 || !taskIsGone);
  return isTold ? told(kills) : told(reachedOf(limit));
}

interface Reading {
  text: string;
  count: number;
}

function killsOf({ path, version, oomKills }: MemoryCgroup): Reading[] {
  const file = version === 1 ? 'memory.oom_control' : 'memory.events';
  return oomKills === null ? [] : [{ text: `${path}: ${file}: oom_kill ${oomKills}`, count: oomKills }];
}

function reachedOf({ path, version, failcnt }: MemoryCgroup): Reading[] {
  const key = version === 1 ? 'memory.failcnt:' : 'memory.events: max';
  return failcnt === null ? [] : [{ text: `${path}: ${key} ${failcnt}`, count: failcnt }];
}

function told(readings: Reading[]): BorneOut {
  if (readings.length === 0) return notAskable;
  const telling = readings.filter(({ count }) => count > 0);
  const isBorneOut = telling.length > 0;
  const shows = `the counters of this host ${isBorneOut ? 'bear' : 'do not bear'} the report out`;
  return {
    borneOut: isBorneOut,
    evidence: (isBorneOut ? telling : readings.slice(0, 1)).map(({ text }) => counted(text, shows)),
  };
}

/** Kernels before 4.13 keep no such count. */
function byHost({ vmstat }: Host, says: string): BorneOut {
  const count = vmstat?.oom_kill;
  if (count === undefined) return notAskable;
  const kills = count === 1 ? 'one kill' : `${count === 0 ? 'no' : count} kills`;
  return {
    borneOut: count > 0,
    evidence: [counted(`/proc/vmstat: oom_kill ${count}`, `${says} ${kills} since its boot`)],
  };
}
