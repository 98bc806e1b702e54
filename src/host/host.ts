import type { HostFiles } from './files.js';

/**
 * What `/proc` and `/sys` say now: typed, nothing written. Each property is read once, when it is first asked for, and
 * kept. Sizes are bytes, times seconds or milliseconds as named. `null` means absent, or not readable: never zero.
 */
export interface Host {
  readonly files: HostFiles;
  readonly identity: HostIdentity;
  /** bytes of a base page, worked out from the host's own counters; 4096 where they do not tell */
  readonly pageSizeBytes: number;
  /** /proc/meminfo by key: bytes; the HugePages_* keys are counts */
  readonly meminfo: Record<string, number> | null;
  /** /proc/vmstat by key, as printed */
  readonly vmstat: Record<string, number> | null;
  /** /proc/zoneinfo */
  readonly zones: Zone[] | null;
  /** /proc/buddyinfo */
  readonly buddy: BuddyZone[] | null;
  /** online nodes that have memory (/sys/devices/system/node); a single node 0 where the kernel has no NUMA */
  readonly memoryNodes: number[];
  /** /sys/devices/system/node/nodeN/hugepages, or /sys/kernel/mm/hugepages as node null */
  readonly hugePages: HugePagePool[];
  readonly transparentHugePages: TransparentHugePages | null;
  /** /proc/swaps; [] where there is none */
  readonly swaps: Swap[] | null;
  /** /proc/slabinfo (root only), largest first */
  readonly slabCaches: SlabCache[] | null;
  readonly pressure: { memory: Pressure | null; io: Pressure | null; cpu: Pressure | null };
  /** /proc/loadavg */
  readonly loadAverage: [number, number, number] | null;
  readonly cpuCount: number | null;
  readonly init: InitProcess | null;
  /** Has systemd as process 1 with its run-time folder (/run/systemd/system) */
  readonly hasSystemd: boolean;
  /** a sysctl by its dotted name (`vm.min_free_kbytes`); null where this kernel has none */
  sysctl(key: string): string | null;
  sysctlPath(key: string): string;
  readonly cgroups: Cgroups;
  /** every process: from /proc/<pid>/{status,cgroup,oom_score_adj}; for end-tasks and for who holds what */
  readonly processes: HostProcess[];
  /** what could not be read and why, in words, with the command that would (for `warnings`) */
  readonly problems: string[];
}

export interface HostIdentity {
  name: string | null;
  machineId: string | null;
  kernel: string | null;
  /** milliseconds since the epoch, from btime of /proc/stat */
  bootTimeMs: number | null;
}

export interface Zone {
  node: number;
  name: string;
  freeBytes: number;
  minBytes: number;
  lowBytes: number;
  highBytes: number;
  managedBytes: number;
  presentBytes: number;
  freeCmaBytes: number;
  /** `protection: (…)`, in bytes, indexed by class zone from the lowest zone of the kernel */
  protectionBytes: number[];
}

export interface BuddyZone {
  node: number;
  zone: string;
  /** free blocks by order */
  free: number[];
}

export interface HugePagePool {
  node: number | null;
  sizeBytes: number;
  total: number;
  free: number;
  surplus: number | null;
  /** the file that sets it (nr_hugepages) */
  path: string;
}

export interface TransparentHugePages {
  /** the word in brackets, or the only word */
  enabled: string | null;
  defrag: string | null;
  khugepagedDefrag: number | null;
  khugepagedMaxPtesNone: number | null;
  paths: { enabled: string; defrag: string; khugepaged_defrag: string; khugepaged_max_ptes_none: string };
}

export interface Swap {
  name: string;
  sizeBytes: number;
  usedBytes: number;
}

export interface SlabCache {
  name: string;
  activeObjects: number;
  totalObjects: number;
  objectSizeBytes: number;
  totalBytes: number;
  /** /sys/kernel/slab/NAME/reclaim_account; null where it does not tell */
  reclaimable: boolean | null;
}

export interface Pressure {
  someAvg10: number;
  someAvg60: number;
  someAvg300: number;
  fullAvg10: number | null;
}

export interface InitProcess {
  comm: string;
  rssAnonBytes: number | null;
  isSystemd: boolean;
}

export interface HostProcess {
  pid: number;
  comm: string;
  uid: number | null;
  rssAnonBytes: number | null;
  rssFileBytes: number | null;
  rssShmemBytes: number | null;
  swapBytes: number | null;
  oomScoreAdj: number | null;
  /** its path in the hierarchy that has the memory controller; null where unknown */
  memoryCgroup: string | null;
}

/** The cgroup hierarchies, found through /proc/self/mountinfo and /proc/cgroups: v1, v2 or hybrid. Cgroup paths are as the kernel prints them: absolute within the hierarchy, `/` its root. */
export interface Cgroups {
  /** where each controller is mounted; null where it is not */
  readonly memoryMount: CgroupMount | null;
  readonly cpusetMount: CgroupMount | null;
  /** A cgroup in the memory hierarchy; null where it is gone (or the path is not a clean absolute one) */
  memory(path: string): MemoryCgroup | null;
  /** A cgroup in the cpuset hierarchy; null likewise */
  cpuset(path: string): CpusetCgroup | null;
  /** The paths of all memory cgroups, parents before children, sorted; the root first */
  readonly memoryPaths: string[];
  /** The paths of all cpusets whose last name is NAME (the kernel prints the last name only; '/' is the root) */
  cpusetsNamed(name: string): string[];
  /** Who writes this cgroup's files: told from its path and the host */
  owner(path: string): CgroupOwner;
  /** Who it is: told from its path, names from the files that engines keep; null where the path belongs to nobody known */
  identity(path: string): CgroupIdentity | null;
  /** What a cgroup holds now, and nothing else of it (memory.current): for looking at many at once; null where it is gone */
  usageBytes(path: string): number | null;
}

/** Who a cgroup is, in the words of whoever made it. What is not told is null. */
export interface CgroupIdentity {
  kind:
    | 'systemd'
    | 'user-session'
    | 'docker'
    | 'podman'
    | 'containerd'
    | 'crio'
    | 'kubernetes'
    | 'slurm'
    | 'ecs'
    | 'nomad'
    | 'htcondor'
    | 'pbs'
    | 'proxmox'
    | 'lxc'
    | 'libvirt'
    | 'nspawn'
    | 'flatpak'
    | 'snap'
    | 'jupyter'
    | 'android';
  /** for people: "the Docker container web (3f2a1b2c3d4e)", "the systemd unit cart.service" */
  text: string;
  /** as systemctl takes it, escapes and all; within a container it is the container's own systemd's */
  unit: string | null;
  /** the container's id, whole as far as the path has it */
  container: string | null;
  containerName: string | null;
  /** docker, containerd, cri-o, podman, lxc, incus */
  runtime: string | null;
  pod: string | null;
  podNamespace: string | null;
  podUid: string | null;
  /** guaranteed, burstable, besteffort */
  qosClass: string | null;
  /** a virtual machine, or a machine of systemd-machined */
  machine: string | null;
  /** the application of a Flatpak or snap */
  app: string | null;
  /** of a batch system (Slurm, PBS), an ECS task, a Nomad allocation */
  job: string | null;
  /** the uid */
  user: number | null;
  /** of logind */
  session: string | null;
}

export interface CgroupMount {
  version: 1 | 2;
  /** the mount point, absolute */
  mountPoint: string;
  /** the cgroup path that the mount shows as its top (`/` but in containers) */
  root: string;
}

export interface MemoryCgroup {
  path: string;
  version: 1 | 2;
  directory: string;
  /** null for the root of v2, which has no limit file */
  limitBytes: number | 'max' | null;
  /** v2 memory.high; null on v1 */
  highBytes: number | 'max' | null;
  minBytes: number | 'max' | null;
  usageBytes: number | null;
  /** memory.max_usage_in_bytes, memory.peak (5.19 on); null elsewhere */
  peakBytes: number | null;
  /** v1 memory.memsw.limit_in_bytes (memory and swap together); null without swap accounting and on v2 */
  memswLimitBytes: number | 'max' | null;
  memswUsageBytes: number | null;
  /** v2 memory.swap.max; null on v1 */
  swapLimitBytes: number | 'max' | null;
  swapUsageBytes: number | null;
  /** v1 memory.failcnt; v2 the `max` of memory.events */
  failcnt: number | null;
  /** v1 oom_kill of memory.oom_control (4.13 on); v2 oom_kill of memory.events (which counts its descendants too; `.local` where there is) */
  oomKills: number | null;
  oomKillsLocal: number | null;
  oomKillDisabled: boolean | null;
  underOom: boolean | null;
  oomGroup: boolean | null;
  /** memory.stat by the kernel's key, of the whole subtree (v1: total_* where printed), bytes for what is bytes */
  stat: Record<string, number> | null;
  /** What it holds that cannot be reclaimed: anonymous, shared and unreclaimable kernel memory; null where memory.stat does not tell */
  unreclaimableBytes: number | null;
  /** of that, what may still be swapped out: bounded by the cgroup's swap limit and the host's free swap */
  swappableBytes: number | null;
  /** their paths */
  children: string[];
  processCount: number | null;
  /** the file each value lives in; null where this kernel or version has none */
  paths: {
    limit: string | null;
    high: string | null;
    memsw: string | null;
    swap: string | null;
    thpReclaim: string | null;
  };
}

export interface CpusetCgroup {
  path: string;
  version: 1 | 2;
  directory: string;
  /** as configured ('' is "as the parent" on v2) */
  mems: string;
  effectiveMems: number[];
  /** their paths */
  children: string[];
  memoryMigrate: boolean | null;
  processCount: number | null;
  paths: { mems: string; effectiveMems: string };
}

export interface CgroupOwner {
  kind:
    | 'nobody'
    | 'systemd'
    | 'docker'
    | 'containerd'
    | 'podman'
    | 'crio'
    | 'lxc'
    | 'libvirt'
    | 'slurm'
    | 'kubelet'
    | 'ecs'
    | 'nomad'
    | 'htcondor'
    | 'pbs'
    | 'proxmox'
    | 'android';
  /** the unit, container or job id; null for nobody */
  name: string | null;
  /** for people: "the systemd unit cart.service", "the Docker container 3f2a…" */
  text: string;
  /** the owner's own way to set a memory limit of BYTES, as a command ready to paste or a sentence where the host may not decide; null for nobody */
  setLimit: ((bytes: number | 'max') => string) | null;
  setNodes: ((nodes: string) => string) | null;
}
