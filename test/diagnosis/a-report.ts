import type {
  BuddyReport,
  HugePageReport,
  Quote,
  Report,
  TaskReport,
  Victim,
  ZoneReport,
} from '../../src/kernel-log/report.js';

/** A report of which nothing is known but what a test says. */
export function aReport(facts: Partial<Report> = {}): Report {
  return {
    id: '00000001',
    kind: 'oom-kill',
    killer: null,
    source: { kind: 'file', name: 'kern.log', forgeable: true },
    time: null,
    epochMs: null,
    uptimeSeconds: null,
    hostName: null,
    kernel: null,
    pageSizeBytes: 4096,
    trigger: null,
    constraint: null,
    constraintText: null,
    scope: null,
    limitCgroup: null,
    taskCgroup: null,
    cpusetName: null,
    memsAllowed: null,
    nodemask: null,
    memory: null,
    memorySwap: null,
    swapCharge: null,
    kmem: null,
    cgroupStats: null,
    memInfoPages: null,
    zones: [],
    nodes: [],
    buddy: [],
    hugePages: [],
    ramPages: null,
    reservedPages: null,
    swapTotalBytes: null,
    swapFreeBytes: null,
    slabDump: null,
    tasks: [],
    tasksLeftOut: { count: 0, bytes: 0, pageTableBytes: 0 },
    chosen: null,
    protection: null,
    victims: [],
    sysrq: false,
    oomKillAllocatingTask: false,
    oomGroupCgroup: null,
    noKillableProcess: false,
    panic: false,
    complete: true,
    quotes: {},
    gaps: [],
    ...facts,
  };
}

export function aQuote(text: string, line = 1): Quote {
  return { source: 'kern.log', line, text };
}

export function aTrigger(facts: Partial<NonNullable<Report['trigger']>> = {}): NonNullable<Report['trigger']> {
  return { comm: 'cart', pid: 29748, gfpMask: '0xcc0', gfpFlags: ['GFP_KERNEL'], order: 0, oomScoreAdj: 0, ...facts };
}

export function aVictim(facts: Partial<Victim> = {}): Victim {
  return {
    pid: 29748,
    comm: 'cart',
    uid: 0,
    totalVmBytes: null,
    anonRssBytes: null,
    fileRssBytes: null,
    shmemRssBytes: null,
    oomScoreAdj: 0,
    ...facts,
  };
}

const kib = 1024;

/** A zone line; free, min, low and the rest in kB, as the kernel prints them. */
export function aZone(
  name: string,
  kB: {
    free: number;
    min?: number;
    low?: number;
    high?: number;
    managed?: number;
    cma?: number;
    highatomic?: number;
    mlocked?: number;
  },
  more: { node?: number; reserve?: number[] } = {},
): ZoneReport {
  const bytes = (value: number | undefined) => (value === undefined ? null : value * kib);
  const node = more.node ?? 0;
  return {
    node,
    name,
    freeBytes: kB.free * kib,
    minBytes: bytes(kB.min),
    lowBytes: bytes(kB.low ?? (kB.min === undefined ? undefined : Math.floor(kB.min * 1.25))),
    highBytes: bytes(kB.high ?? (kB.min === undefined ? undefined : Math.floor(kB.min * 1.5))),
    boostBytes: null,
    reservedHighatomicBytes: bytes(kB.highatomic),
    freeCmaBytes: bytes(kB.cma),
    managedBytes: bytes(kB.managed),
    presentBytes: bytes(kB.managed),
    mlockedBytes: bytes(kB.mlocked),
    lowmemReservePages: more.reserve ?? null,
    values: {},
    quote: aQuote(`Node ${node} ${name} free:${kB.free}kB min:${kB.min}kB`),
  };
}

/** A buddy line: counts by order, with the letters behind them; 11 orders unless fewer are given. */
export function aBuddy(
  zone: string,
  counts: [number, string][],
  more: { node?: number; complete?: boolean } = {},
): BuddyReport {
  const orders = more.complete === false ? counts.length : 11;
  return {
    node: more.node ?? 0,
    zone,
    blocks: Array.from({ length: orders }, (_, order) => ({
      order,
      sizeBytes: 4096 * 2 ** order,
      count: counts[order]?.[0] ?? 0,
      types: counts[order]?.[1] ?? '',
    })),
    complete: more.complete ?? true,
    quote: aQuote(
      `Node ${more.node ?? 0} ${zone}: ${counts.map(([count, types], order) => `${count}*${4 * 2 ** order}kB (${types})`).join(' ')}`,
    ),
  };
}

export function hugePages(node: number, total: number, free: number, sizeBytes = 2 ** 30): HugePageReport {
  return {
    node,
    sizeBytes,
    total,
    free,
    surplus: 0,
    quote: aQuote(`Node ${node} hugepages_total=${total} hugepages_free=${free}`),
  };
}

export function aTask(facts: Partial<TaskReport> = {}): TaskReport {
  return {
    pid: 29748,
    comm: 'cart',
    uid: 0,
    tgid: 29748,
    totalVmBytes: null,
    rssBytes: null,
    rssAnonBytes: null,
    rssFileBytes: null,
    rssShmemBytes: null,
    pageTableBytes: null,
    swapBytes: null,
    oomScoreAdj: 0,
    ...facts,
  };
}

/** A kill at the limit of /shop, 60 MiB, as the kernel states it. */
export function atLimit(facts: Partial<Report> = {}): Report {
  return aReport({
    trigger: aTrigger(),
    constraint: 'memcg',
    scope: 'cgroup',
    limitCgroup: '/shop',
    taskCgroup: '/shop',
    memory: { usageBytes: 60 * 2 ** 20, limitBytes: 60 * 2 ** 20, failcnt: 26 },
    victims: [aVictim()],
    quotes: {
      constraint: aQuote('oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/shop,task_memcg=/shop', 9),
      memory: aQuote('memory: usage 61440kB, limit 61440kB, failcnt 26', 5),
    },
    ...facts,
  });
}
