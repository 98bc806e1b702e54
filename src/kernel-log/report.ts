/**
 * What the kernel printed for one OOM kill or one failed page allocation: the facts, and the lines that state them.
 * No judgement here (that is `diagnosis/`). `null` means that the log does not tell; never a guess.
 * Sizes are bytes unless a name says pages.
 */

/** A line of a log that states a fact. `text` is the kernel's message as it stands, without the carrier's prefix. */
export interface Quote {
  source: string;
  /** 1-based; null for a live source that has no lines (journal, kmsg) */
  line: number | null;
  text: string;
}

export interface Source {
  kind: 'journal' | 'kmsg' | 'dmesg' | 'file' | 'stdin' | 'snapshot';
  name: string;
  /** Anyone who can write to it can write a line that looks like the kernel's: all text files and dmesg; not kmsg records nor the journal's `_TRANSPORT=kernel`. */
  forgeable: boolean;
}

export type Constraint = 'none' | 'memcg' | 'cpuset' | 'memory-policy';

export interface Trigger {
  comm: string | null;
  pid: number | null;
  /** As printed, masked digits and all: `0x62****` */
  gfpMask: string | null;
  /** `['GFP_HIGHUSER_MOVABLE', '__GFP_ZERO']`; empty where the kernel printed none */
  gfpFlags: string[];
  /** -1 is SysRq f */
  order: number | null;
  oomScoreAdj: number | null;
}

export interface Charge {
  usageBytes: number | null;
  /** 'max' where the kernel printed its "no limit" (v1 9007199254740988kB, v2 9007199254740988kB) */
  limitBytes: number | 'max' | null;
  failcnt: number | null;
}

/** A `Node 0 Normal free:… min:…` line (mm/show_mem.c show_free_areas). Old kernels print it without "Node N". */
export interface ZoneReport {
  node: number;
  name: string;
  freeBytes: number;
  minBytes: number | null;
  lowBytes: number | null;
  highBytes: number | null;
  boostBytes: number | null;
  reservedHighatomicBytes: number | null;
  freeCmaBytes: number | null;
  managedBytes: number | null;
  presentBytes: number | null;
  mlockedBytes: number | null;
  /** Pages, indexed by the class zone (the zone the request prefers), as `lowmem_reserve[]` prints them; in this order: the zones of the kernel from the lowest */
  lowmemReservePages: number[] | null;
  /** every `key:NkB` of the line, in bytes */
  values: Record<string, number>;
  quote: Quote;
}

/** A `Node 0 Normal: 1325*4kB (UME) …` line. */
export interface BuddyReport {
  node: number;
  zone: string;
  /** by order; `types` is the letters behind the count (U unmovable, M movable, E reclaimable, H highatomic, C CMA, I isolated), '' where none are printed */
  blocks: { order: number; sizeBytes: number; count: number; types: string }[];
  /** whether the line was read up to its total: a cut one may lack its higher orders */
  complete: boolean;
  quote: Quote;
}

/** A `Node 0 active_anon:…kB … anon_thp:…kB kernel_stack:…kB` line: a node's own counters (4.8 on), in bytes. Only allowed nodes are printed. */
export interface NodeReport {
  node: number;
  values: Record<string, number>;
  quote: Quote;
}

export interface HugePageReport {
  node: number;
  sizeBytes: number;
  total: number;
  free: number;
  surplus: number;
  quote: Quote;
}

/** One row of the task table; columns by the table's own header. */
export interface TaskReport {
  pid: number;
  comm: string;
  uid: number | null;
  tgid: number | null;
  totalVmBytes: number | null;
  rssBytes: number | null;
  rssAnonBytes: number | null;
  rssFileBytes: number | null;
  rssShmemBytes: number | null;
  pageTableBytes: number | null;
  swapBytes: number | null;
  oomScoreAdj: number | null;
}

export interface Victim {
  pid: number;
  comm: string | null;
  uid: number | null;
  totalVmBytes: number | null;
  anonRssBytes: number | null;
  fileRssBytes: number | null;
  shmemRssBytes: number | null;
  oomScoreAdj: number | null;
}

export interface Report {
  /** 8 hex digits: a hash of facts that every carrier keeps (no stamp, no host name, no line number) */
  id: string;
  kind: 'oom-kill' | 'allocation-failure' | 'userspace-kill';
  /** systemd-oomd, earlyoom; null for the kernel */
  killer: string | null;
  source: Source;
  /** The stamp as ISO 8601, with an offset where the log has one, else local wall clock without; null where the log has none */
  time: string | null;
  /** For ordering and --since: milliseconds since the epoch, where the time can be placed (a stamp without zone is read as this machine's) */
  epochMs: number | null;
  /** From a `[  123.456]` prefix (seconds since boot); null where the carrier prints another stamp */
  uptimeSeconds: number | null;
  /** The host's name as the carrier prints it (syslog); null elsewhere */
  hostName: string | null;
  /** `4.19.91-24.1.al7.x86_64` */
  kernel: string | null;
  /** From the first column of a buddy line, or worked out of what was printed in pages and in bytes; null where neither tells */
  pageSizeBytes: number | null;
  trigger: Trigger | null;
  constraint: Constraint | null;
  /** The kernel's own word where it is none of the four (`CONSTRAINT_BPF_PSI_MEM`) */
  constraintText: string | null;
  /** What the kernel stated: 'cgroup' ("Memory cgroup out of memory", "limit of /x", oom_memcg=), 'global' ("Out of memory:", global_oom, "limit of host"); null where no line tells */
  scope: 'cgroup' | 'global' | null;
  limitCgroup: string | null;
  taskCgroup: string | null;
  /** the last name only, as the kernel prints it */
  cpusetName: string | null;
  /** mems_allowed= */
  memsAllowed: number[] | null;
  /** nodemask= of the request; null where it is `(null)` or was not printed */
  nodemask: number[] | null;
  /** the memory line: `memory: usage …kB, limit …kB, failcnt N` of the cgroup whose limit was hit */
  memory: Charge | null;
  /** v1 `memory+swap:`; v2 `swap:` */
  memorySwap: Charge | null;
  swapCharge: Charge | null;
  kmem: Charge | null;
  /** "Memory cgroup stats for …" of the cgroup whose limit was hit and all below it, in bytes, by the kernel's key (anon, rss, cache, shmem, …) */
  cgroupStats: Record<string, number> | null;
  /** The first Mem-Info block, system-wide, in PAGES as printed: active_anon, free, slab_unreclaimable, shmem, pagetables, free_cma, … */
  memInfoPages: Record<string, number> | null;
  zones: ZoneReport[];
  nodes: NodeReport[];
  buddy: BuddyReport[];
  hugePages: HugePageReport[];
  /** `N pages RAM`, `N pages reserved`, `N pages HighMem/MovableOnly`, `N total pagecache pages` */
  ramPages: number | null;
  reservedPages: number | null;
  swapTotalBytes: number | null;
  swapFreeBytes: number | null;
  /** "Unreclaimable slab info:": printed only where unreclaimable slab exceeds all LRU pages (4.15 on) */
  slabDump: { name: string; usedBytes: number; totalBytes: number }[] | null;
  tasks: TaskReport[];
  /** rows of the table that were read and not kept, as there are very many reports (condense.ts) */
  tasksLeftOut: { count: number; bytes: number; pageTableBytes: number };
  /** `Kill process 1 (x) score 567 or sacrifice child` (up to 5.0): whom the kernel chose, before it took a child in its place */
  chosen: { pid: number; comm: string; score: number | null } | null;
  /** `Memory cgroup min protection …kB -- low protection …kB` (6.19 on): what memory.min and memory.low keep from reclaim below the cgroup that ran out, or below the root */
  protection: { minBytes: number; lowBytes: number } | null;
  victims: Victim[];
  sysrq: boolean;
  oomKillAllocatingTask: boolean;
  /** the cgroup of "Tasks in … are going to be killed due to memory.oom.group set" */
  oomGroupCgroup: string | null;
  noKillableProcess: boolean;
  panic: boolean;
  /** header to kill line were both seen */
  complete: boolean;
  /** The line that states each fact. Keys: header, refusal (the kernel was refused memory on behalf of a cgroup just before), cpuset, protection, constraint, task-in, memory, memory+swap, swap, kmem, stats, mem-info, swap-total, swap-free, slab-dump, victim, oom-group, no-killable, panic, sysrq, allocating-task, killer. Zones, buddy lines and huge pages carry their own. */
  quotes: Partial<Record<string, Quote>>;
  /** What could not be read of it, in words: "its beginning is cut", "the order is masked" */
  gaps: string[];
}
