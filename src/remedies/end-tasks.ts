import type { Host, HostProcess } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { shellQuote } from '../text/quote.js';
import type { IncidentFacts, RemedyMaker } from './remedy.js';

const shown = 3;
/** The most that an instruction may hold; cgroup paths may be long. */
const longest = 4000;

/** The largest tasks, with what each belongs to: a person decides, undoom never runs it. */
export const endTasks: RemedyMaker = {
  playbook: 'end-tasks',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose(incident, { host }) {
    return { remedy: (host ? live(incident, host) : null) ?? reported(incident), note: null };
  },
};

function live(incident: IncidentFacts, host: Host) {
  const tasks = host.processes
    .filter((task) => mayEnd(task) && inside(task, incident, host))
    .sort((a, b) => heldBy(b) - heldBy(a) || a.pid - b.pid)
    .slice(0, shown);
  const largest = tasks[0];
  if (!largest) return null;
  const list = tasks.map(
    (task) => `${task.comm} (${task.pid}) holds ${formatBytes(heldBy(task))}, of ${whose(task, host)}`,
  );
  return {
    title: `End what is not needed: ${largest.comm} is the largest now`,
    parameters: {
      instruction: `If it is not needed, end it. The largest now: ${list.join('; ')}.`.slice(0, longest),
      command: endCommand(largest, host),
    },
    why: `${largest.comm} (${largest.pid}) gives ${formatBytes(heldBy(largest))} back when it ends.`,
  };
}

/** From the log alone: what was there at the kill, without a command, since its pids may be others' by now. */
function reported({ holders }: IncidentFacts) {
  const tasks = holders.filter(({ kind, killed }) => kind === 'task' && !killed).slice(0, shown);
  if (tasks.length === 0) return null;
  const list = tasks.map(
    ({ name, pid, bytes }) => `${name}${pid === null ? '' : ` (${pid})`} held ${formatBytes(bytes)}`,
  );
  return {
    title: `End what is not needed: ${tasks[0]!.name} was the largest that was left`,
    parameters: {
      instruction: `If it still runs and is not needed, end it. The largest at the kill: ${list.join('; ')}.`,
    },
    why: 'These held memory when the kernel killed, and were not killed.',
  };
}

/** Not process 1, not what its owner shields from the kernel itself (sshd, the journal), not the kernel's own threads. */
function mayEnd(task: HostProcess): boolean {
  return task.pid > 1 && heldBy(task) > 0 && (task.oomScoreAdj ?? 0) > -900;
}

function inside(task: HostProcess, { cause, limitCgroup, cpuset }: IncidentFacts, host: Host): boolean {
  if (cause === 'global-memory') return true;
  const top = cause === 'memory-node' ? memoryTwin(host, cpuset.path) : limitCgroup;
  if (top === null || task.memoryCgroup === null) return false;
  return task.memoryCgroup === top || task.memoryCgroup.startsWith(top === '/' ? '/' : `${top}/`);
}

/** On v2 a cpuset is a memory cgroup too; on v1 the path belongs to another hierarchy and tells nothing of memory. */
function memoryTwin(host: Host, path: string | null): string | null {
  return host.cgroups.cpusetMount?.version === 2 && host.cgroups.memoryMount?.version === 2 ? path : null;
}

function heldBy({ rssAnonBytes, rssShmemBytes }: HostProcess): number {
  return (rssAnonBytes ?? 0) + (rssShmemBytes ?? 0);
}

function whose({ memoryCgroup }: HostProcess, host: Host): string {
  if (memoryCgroup === null) return 'an unknown cgroup';
  const owner = host.cgroups.owner(memoryCgroup);
  return owner.kind === 'nobody' ? `the cgroup ${memoryCgroup}` : owner.text;
}

/** Through its owner where that ends just this: a service or a container, not a user's session nor a unit of a user's own. */
function endCommand({ pid, memoryCgroup }: HostProcess, host: Host): string {
  const { kind, name } = memoryCgroup === null ? { kind: 'nobody', name: null } : host.cgroups.owner(memoryCgroup);
  if (name !== null && kind === 'systemd' && name.endsWith('.service') && !memoryCgroup?.includes('/user@')) {
    return `sudo systemctl stop ${shellQuote(name)}`;
  }
  if (name !== null && (kind === 'docker' || kind === 'podman')) return `sudo ${kind} stop ${shellQuote(name)}`;
  return `sudo kill ${pid}`;
}
