import { planMemoryMin } from '../actions/memory-min.js';
import type { Host, MemoryCgroup } from '../host/host.js';
import { isSystemUnit } from '../host/index.js';
import type { Identity } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import type { IncidentFacts, Proposal, RemedyMaker } from './remedy.js';

const MiB = 2 ** 20;
/** The victim is small where the largest task held at least twice as much: then it was killed for that one. */
const muchLarger = 2;

/**
 * The one that an operator would want back: a small victim that was killed for a giant. What grew itself is not
 * protected: that only moves the kill to another.
 */
export const protectService: RemedyMaker = {
  playbook: 'protect-service',
  causes: ['parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose(incident, { host }) {
    const [victim] = incident.victims;
    const held = incident.holders.find(({ killed }) => killed)?.bytes ?? victim?.anonRssBytes ?? null;
    const giant = incident.holders.find(({ kind, killed }) => kind === 'task' && !killed) ?? null;
    if (!victim || held === null || giant === null) return none;
    const name = victim.comm ?? `process ${victim.pid}`;
    if (giant.bytes < held * muchLarger) {
      if (incident.whose.task === null) return none;
      const note = `${name} is not proposed for protection: it held ${formatBytes(held)}, about as much as any other or more, so that the kill would only move to another.`;
      return { remedy: null, note };
    }
    const why = `${name} held ${formatBytes(held)} and was killed, while ${giant.name} held ${formatBytes(giant.bytes)}. This prevents no kill: another is killed in its place.`;
    return forTask(incident, host, why);
  },
};

const none: Proposal = { remedy: null, note: null };

function forTask({ whose: { task }, taskCgroup }: IncidentFacts, host: Host | null, why: string): Proposal {
  const unit = serviceOfSystem(task);
  if (unit !== null) {
    const cgroup = taskCgroup === null ? null : (host?.cgroups.memory(taskCgroup) ?? null);
    // without cgroup v2 there is no MemoryMin=
    const protection = cgroup?.version === 2 ? protectionOf(cgroup) : null;
    return {
      remedy: {
        title: `Protect ${unit} from the next kill`,
        parameters: { unit, ...(protection === null ? {} : { protection }) },
        why,
      },
      note: null,
    };
  }
  if (task !== null) return { remedy: null, note: `${why} ${ownWay(task)}` };
  const cgroup = taskCgroup === null || taskCgroup === '/' ? null : (host?.cgroups.memory(taskCgroup) ?? null);
  const protection = cgroup?.version === 2 ? protectionOf(cgroup) : null;
  if (!host || !cgroup || protection === null || !isAllowed(cgroup, protection, host)) return none;
  return {
    remedy: {
      title: `Keep ${formatBytes(protection)} of what ${cgroup.path} holds from being reclaimed`,
      parameters: { cgroup: cgroup.path, protection },
      why: `${why} For whom the kernel kills, lower the oom_score_adj of its processes too: sudo choom --pid PID --adjust -500.`,
    },
    note: null,
  };
}

function serviceOfSystem(task: Identity | null): string | null {
  const isOwn = task?.kind === 'systemd' && task.user === null;
  return isOwn && task.unit !== null && isSystemUnit(task.unit) ? task.unit : null;
}

/** What it holds now and cannot do without, in whole MiB: of the live host, never of the report. */
function protectionOf({ unreclaimableBytes, usageBytes }: MemoryCgroup): number | null {
  const held = Math.floor((unreclaimableBytes ?? usageBytes ?? 0) / MiB) * MiB;
  return held >= MiB ? held : null;
}

/** What its own guards would refuse is not proposed. */
function isAllowed({ path, minBytes }: MemoryCgroup, min: number, host: Host): boolean {
  if (minBytes === null) return false;
  const { changes, guards } = planMemoryMin(path, min, host);
  return changes.length > 0 && guards.every(({ ok }) => ok);
}

function ownWay({ kind, text }: Identity): string {
  const ways: Partial<Record<Identity['kind'], string>> = {
    docker: 'make it anew with docker run --oom-score-adj -500',
    podman: 'make it anew with podman run --oom-score-adj -500',
    kubernetes:
      'give all containers of the pod limits equal to their requests, which makes it guaranteed (oom_score_adj -997)',
    slurm: 'submit it with a memory request of its own (--mem)',
    nomad: "set memory_max in the other tasks' resources",
  };
  const way = ways[kind];
  return `To protect ${text}: ${way ?? 'its own manager sets its oom_score_adj'}.`;
}
