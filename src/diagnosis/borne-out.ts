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
  const readings = [...readingsOf(limit), ...(task ? readingsOf(task).filter(({ kills }) => kills) : [])];
  if (readings.length === 0) return notAskable;
  const telling = readings.filter(({ count }) => count > 0);
  return {
    borneOut: telling.length > 0,
    evidence: (telling.length > 0 ? telling : readings.slice(0, 1)).map(({ path, key, count }) =>
      counted(
        `${path}: ${key} ${count}`,
        count > 0
          ? 'the counters of this host bear the report out'
          : 'the counters of this host do not bear the report out',
      ),
    ),
  };
}

function readingsOf({ path, version, failcnt, oomKills }: MemoryCgroup) {
  const killKey = version === 1 ? 'memory.oom_control: oom_kill' : 'memory.events: oom_kill';
  const limitKey = version === 1 ? 'memory.failcnt' : 'memory.events: max';
  return [
    { path, key: killKey, count: oomKills, kills: true },
    { path, key: limitKey, count: failcnt, kills: false },
  ].flatMap(({ count, ...reading }) => (count === null ? [] : [{ ...reading, count }]));
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
