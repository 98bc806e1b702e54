import type { Host } from './host.js';

/** Who is in a cgroup now, with those below it. */
export interface CgroupMembers {
  /** there is a process in it or below it */
  populated: boolean;
  /** as many as were looked at */
  pids: number[];
  /** the oldest of them: seconds since the boot, milliseconds since the epoch; null where /proc does not tell */
  oldest: StartTime | null;
}

export interface StartTime {
  pid: number;
  uptimeSeconds: number;
  epochMs: number | null;
}

/** A cgroup may hold thousands of processes and cgroups: the oldest are among the first, as cgroup.procs is in order of pids. */
const lookedAt = 64;

/** null where the cgroup is gone. */
export function readMembers(path: string, { cgroups, files, identity }: Host): CgroupMembers | null {
  const top = cgroups.memory(path);
  if (top === null) return null;
  const pids: number[] = [];
  let open = [top.directory];
  for (let seen = 0; open.length > 0 && seen < lookedAt && pids.length < lookedAt; seen++) {
    const [directory, ...rest] = open;
    pids.push(...pidsOf(files.read(`${directory}/cgroup.procs`)));
    const below = rest.length < lookedAt ? (files.folders(directory!) ?? []) : [];
    open = [...rest, ...below.map((name) => `${directory}/${name}`)];
  }
  const events = files.read(`${top.directory}/cgroup.events`);
  const told = /^populated ([01])$/m.exec(events ?? '')?.[1];
  const some = pids.slice(0, lookedAt);
  const starts = some.flatMap((pid) => startOf(pid, files.read(`/proc/${pid}/stat`), identity.bootTimeMs) ?? []);
  return {
    populated: told === undefined ? pids.length > 0 : told === '1',
    pids: some,
    oldest: starts.sort((a, b) => a.uptimeSeconds - b.uptimeSeconds)[0] ?? null,
  };
}

function pidsOf(text: string | null): number[] {
  // a process of another pid namespace is a 0
  return (text ?? '').split('\n').flatMap((line) => (/^[1-9]\d{0,9}$/.test(line) ? [Number(line)] : []));
}

/** The 22nd field of /proc/PID/stat, in hundredths of a second since the boot (USER_HZ); the name before may hold blanks and brackets. */
export function startOf(pid: number, stat: string | null, bootTimeMs: number | null): StartTime | null {
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields?.[19];
  if (ticks === undefined || !/^\d{1,15}$/.test(ticks)) return null;
  const uptimeSeconds = Number(ticks) / 100;
  return { pid, uptimeSeconds, epochMs: bootTimeMs === null ? null : bootTimeMs + uptimeSeconds * 1000 };
}
