import type { Host, MemoryCgroup } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import type { Claims } from './claims.js';
import { counted } from './evidence.js';
import { isBeforeBoot } from './place.js';

export interface BorneOut {
  /** null where the host's counters cannot tell */
  borneOut: boolean | null;
  evidence: Evidence[];
}

const notAskable: BorneOut = { borneOut: null, evidence: [] };

/**
 * Text can be forged, counters cannot: whether this host counts such a kill since its boot. What anyone could have
 * written is borne out for no more kills than are counted: where the logs tell of more, which of them are real is not
 * known, and none is.
 * @param host null for a log of elsewhere
 * @param claims of all reports of this host since its boot
 */
export function borneOut(report: Report, host: Host | null, claims: Claims): BorneOut {
  if (host === null || report.kind !== 'oom-kill' || isBeforeBoot(report, host)) return notAskable;
  const found = byCounters(report, host);
  const total = host.vmstat?.oom_kill;
  if (!report.source.forgeable) {
    // systemd makes the cgroup of a service that it restarts anew, and its counters begin again
    const isCountedByHost = found.borneOut === false && total !== undefined && total >= Math.max(1, claims.total);
    const says = `${report.limitCgroup} counts none, as one that was made anew since; the host as a whole counts`;
    return isCountedByHost ? byHost(host, says) : found;
  }
  if (found.borneOut !== true) return found;
  if (total !== undefined && claims.total > total) {
    return tooMany(claims.total, `/proc/vmstat: oom_kill ${total}`, 'this host counts');
  }
  const own = report.limitCgroup === null || report.scope !== 'cgroup' ? null : byCgroup(report, host, claims);
  return own ?? found;
}

function tooMany(claimed: number, text: string, who: string): BorneOut {
  const shows = `the logs tell of ${claimed} kills, and ${who} fewer: which of them are real is not known`;
  return { borneOut: false, evidence: [counted(text, shows)] };
}

/** null where the cgroup's counters allow as many as the logs tell of, or are gone with it */
function byCgroup(report: Report, host: Host, claims: Claims): BorneOut | null {
  const limit = host.cgroups.memory(report.limitCgroup!);
  if (limit === null) return null;
  const task = taskOf(report, host);
  const taskPath = report.taskCgroup ?? limit.path;
  // v2 counts a kill in all cgroups above the task's as well, v1 in the task's alone
  const [claimed, counters] =
    limit.version === 2
      ? [claims.byLimit.get(limit.path) ?? 0, [limit, ...(task ? [task] : [])]]
      : [claims.byTask.get(taskPath) ?? 0, taskPath === limit.path ? [limit] : task ? [task] : []];
  const readings = counters.flatMap(killsOf);
  const most = readings.reduce<Reading | null>((best, next) => (best && best.count >= next.count ? best : next), null);
  return most !== null && claimed > most.count ? tooMany(claimed, most.text, 'it counts') : null;
}

function taskOf({ taskCgroup, limitCgroup }: Report, host: Host): MemoryCgroup | null {
  return taskCgroup === null || taskCgroup === limitCgroup ? null : host.cgroups.memory(taskCgroup);
}

function byCounters(report: Report, host: Host): BorneOut {
  if (report.scope !== 'cgroup' || report.limitCgroup === null) return byHost(host, 'the host counts');
  const limit = host.cgroups.memory(report.limitCgroup);
  if (limit === null) {
    return byHost(host, `${report.limitCgroup} is gone, and its counters with it; the host as a whole counts`);
  }
  // On v1 the kill is counted by the task's cgroup alone, on v2 by all above it as well (memcg_memory_event).
  const task = taskOf(report, host);
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
