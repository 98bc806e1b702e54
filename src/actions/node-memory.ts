import type { CpusetCgroup, Host } from '../host/host.js';

/**
 * At most how much memory the processes below a cpuset hold on some nodes: the smaller of two upper bounds. What they
 * hold on any node (shared memory counted once for each), and what their memory cgroups hold on these nodes
 * (memory.numa_stat), be it theirs or not.
 * @returns null where neither could be read
 */
export function heldOnNodesBytes(cpuset: CpusetCgroup, nodes: number[], host: Host): number | null {
  const pids = new Set(processesBelow(cpuset, host));
  if (pids.size === 0) return 0;
  const processes = host.processes.filter(({ pid }) => pids.has(pid));
  if (processes.length === 0) return null;
  const everywhere = processes.reduce(
    (sum, { rssAnonBytes, rssShmemBytes }) => sum + (rssAnonBytes ?? 0) + (rssShmemBytes ?? 0),
    0,
  );
  let onNodes = 0;
  for (const cgroup of new Set(processes.map(({ memoryCgroup }) => memoryCgroup))) {
    const held = cgroup === null ? null : cgroupOnNodes(cgroup, nodes, host);
    if (held === null) return everywhere;
    onNodes += held;
  }
  return Math.min(everywhere, onNodes);
}

function processesBelow(cpuset: CpusetCgroup, host: Host): number[] {
  const own = (host.files.read(`${cpuset.directory}/cgroup.procs`) ?? '')
    .split('\n')
    .filter((line) => /^\d+$/.test(line));
  const below = cpuset.children.flatMap((path) => {
    const child = host.cgroups.cpuset(path);
    return child ? processesBelow(child, host) : [];
  });
  return [...own.map(Number), ...below];
}

/**
 * v1, in pages:  `anon=512 N0=512 N1=0`
 * v2, in bytes:  `anon N0=2097152 N1=0`, with `shmem` apart (v1 counts it as anon)
 */
function cgroupOnNodes(path: string, nodes: number[], host: Host): number | null {
  const cgroup = host.cgroups.memory(path);
  const text = cgroup && host.files.read(`${cgroup.directory}/memory.numa_stat`);
  if (!cgroup || !text) return null;
  const unit = cgroup.version === 1 ? host.pageSizeBytes : 1;
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!/^(?:anon|shmem|unevictable)[= ]/.test(line)) continue;
    for (const [, node, amount] of line.matchAll(/ N(\d{1,5})=(\d{1,19})/g)) {
      if (nodes.includes(Number(node))) sum += Number(amount) * unit;
    }
  }
  return sum;
}

/** What nodes can take without reclaim: free pages above the high watermark; null where /proc/zoneinfo does not tell. */
export function freeOnNodesBytes(nodes: number[], host: Host): number | null {
  const zones = host.zones;
  if (zones === null) return null;
  return zones
    .filter(({ node }) => nodes.includes(node))
    .reduce((sum, { freeBytes, highBytes }) => sum + Math.max(0, freeBytes - highBytes), 0);
}
