import { shortHash } from '../text/short-hash.js';
import type { LogRecord } from './record.js';
import type { Charge, Quote, Report, Source, Victim } from './report.js';

/** A report while its lines are being found. */
export interface Draft {
  report: Report;
  records: LogRecord[];
  /** those of the report by pid: a group may be thousands */
  victims: Map<number, Victim>;
  /** what of it has been read: a second line for the same place belongs to another report */
  slots: Set<string>;
  caller: string | null;
  /** the number of the record that opened it, and of the last that belongs to it */
  first: number;
  last: number;
  lastRecord: LogRecord;
  /** the kill line (or its equivalent) was read: only what follows a kill may still be added */
  ended: boolean;
  /** a dump that is no report (sysrq m, an allocation stall): its lines are read, and dropped */
  discard: boolean;
  /** `Out of memory: Kill process 1 (x) score …`: the kill itself is on the next line */
  announced: boolean;
  /** whom the oom-kill line names */
  expected: { pid: number; comm: string; uid: number | null } | null;
  /** columns of the task table */
  columns: string[] | null;
  /** values of the task table in pages, until the page size is known */
  rows: { pid: number; comm: string; values: Record<string, number> }[];
  /** what the last line was: the blocks of several lines go on from it */
  block: 'stats' | 'stats-below' | 'slab' | 'table' | null;
}

export function openDraft(source: Source, record: LogRecord, index: number): Draft {
  return {
    report: emptyReport(source),
    records: [],
    victims: new Map(),
    slots: new Set(),
    caller: record.caller,
    first: index,
    last: index,
    lastRecord: record,
    ended: false,
    discard: false,
    announced: false,
    expected: null,
    columns: null,
    rows: [],
    block: null,
  };
}

function emptyReport(source: Source): Report {
  return {
    id: '',
    kind: 'oom-kill',
    killer: null,
    source,
    time: null,
    epochMs: null,
    uptimeSeconds: null,
    hostName: null,
    kernel: null,
    pageSizeBytes: null,
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
    complete: false,
    quotes: {},
    gaps: [],
  };
}

export const noSizes = {
  totalVmBytes: null,
  anonRssBytes: null,
  fileRssBytes: null,
  shmemRssBytes: null,
  oomScoreAdj: null,
};

export function addVictim(draft: Draft, victim: Victim): void {
  const known = draft.victims.get(victim.pid);
  if (!known) {
    draft.victims.set(victim.pid, victim);
    draft.report.victims.push(victim);
    return;
  }
  known.comm ??= victim.comm;
  known.uid ??= victim.uid;
  known.totalVmBytes ??= victim.totalVmBytes;
  known.anonRssBytes ??= victim.anonRssBytes;
  known.fileRssBytes ??= victim.fileRssBytes;
  known.shmemRssBytes ??= victim.shmemRssBytes;
  known.oomScoreAdj ??= victim.oomScoreAdj;
}

/** @returns null where what was read makes no report */
export function finishDraft(draft: Draft): Report | null {
  const { report } = draft;
  if (draft.discard || !isReport(draft)) return null;
  takeStamps(draft);
  if (report.cgroupStats && Object.keys(report.cgroupStats).length === 0) report.cgroupStats = null;
  // the kill line is cut: the oom-kill line before it names the same process
  if (report.victims.length === 0 && draft.expected) {
    addVictim(draft, { ...noSizes, ...draft.expected });
    report.quotes.victim ??= report.quotes.constraint;
    report.gaps.push('its kill line is missing');
  }
  report.pageSizeBytes = pageSize(draft);
  takeTasks(draft);
  const endSeen = report.victims.length > 0 || report.noKillableProcess || report.panic;
  const headSeen = report.quotes.header !== undefined;
  report.complete =
    report.kind === 'userspace-kill' ||
    (headSeen && (report.kind === 'allocation-failure' ? report.memInfoPages !== null : endSeen));
  report.gaps.push(...gaps(report, headSeen, endSeen));
  report.id = identify(report);
  return report;
}

function isReport({ report, slots }: Draft): boolean {
  const { quotes } = report;
  return (
    quotes.header !== undefined ||
    quotes.constraint !== undefined ||
    quotes['task-in'] !== undefined ||
    quotes.killer !== undefined ||
    report.victims.length > 0 ||
    report.noKillableProcess ||
    report.memory?.usageBytes != null ||
    report.zones.length > 0 ||
    slots.has('announced')
  );
}

function takeStamps({ report, records }: Draft): void {
  const stamped = records.find(({ time }) => time !== null) ?? records.find(({ epochMs }) => epochMs !== null);
  report.time = stamped?.time ?? null;
  report.epochMs = stamped?.epochMs ?? null;
  report.uptimeSeconds = records.find(({ uptimeSeconds }) => uptimeSeconds !== null)?.uptimeSeconds ?? null;
  report.hostName = records.find(({ hostName }) => hostName !== null)?.hostName ?? null;
}

/**
 * A page's size, for the task table, which counts pages. A cgroup's report has no buddy lines: then the victim's own
 * row and kill line give it, or its page tables, which are whole pages (no kernel has pages below 4 KiB).
 */
function pageSize({ report, rows }: Draft): number | null {
  const printed = report.buddy[0]?.blocks[0]?.sizeBytes;
  if (printed !== undefined) return printed;
  for (const victim of report.victims) {
    const pages = rows.find(({ pid }) => pid === victim.pid)?.values.total_vm;
    const size = victim.totalVmBytes !== null && pages ? victim.totalVmBytes / pages : 0;
    if ([4096, 8192, 16_384, 65_536].includes(size)) return size;
  }
  if (rows.some(({ values }) => (values.pgtables_bytes ?? 0) % 8192 !== 0)) return 4096;
  return /x86_64|amd64|\.i[3-6]86/.test(report.kernel ?? '') ? 4096 : null;
}

function takeTasks(draft: Draft): void {
  const size = draft.report.pageSizeBytes;
  const bytes = (pages: number | undefined) => (pages === undefined || size === null ? null : safe(pages * size));
  draft.report.tasks = draft.rows.map(({ pid, comm, values }) => ({
    pid,
    comm,
    uid: values.uid ?? null,
    tgid: values.tgid ?? null,
    totalVmBytes: bytes(values.total_vm),
    rssBytes: bytes(values.rss),
    rssAnonBytes: bytes(values.rss_anon),
    rssFileBytes: bytes(values.rss_file),
    rssShmemBytes: bytes(values.rss_shmem),
    pageTableBytes: values.pgtables_bytes ?? bytes(tables(values)),
    swapBytes: bytes(values.swapents),
    oomScoreAdj: values.oom_score_adj ?? null,
  }));
}

/** Up to 4.14 the table counts page table pages: nr_ptes, later nr_pmds and nr_puds beside it. */
function tables(values: Record<string, number>): number | undefined {
  if (values.nr_ptes === undefined) return undefined;
  return values.nr_ptes + (values.nr_pmds ?? 0) + (values.nr_puds ?? 0);
}

const safe = (number: number) => (Number.isSafeInteger(number) ? number : null);

function gaps(report: Report, headSeen: boolean, endSeen: boolean): string[] {
  const missing: string[] = [];
  if (report.kind === 'userspace-kill') return missing;
  if (!headSeen) missing.push(report.sysrq ? 'its first line is missing' : 'its beginning is cut');
  if (report.kind === 'oom-kill' && !endSeen) missing.push('its end is cut: no victim is named');
  if (headSeen && report.trigger?.order == null) missing.push('the order is not told');
  if (report.trigger?.gfpMask?.includes('*')) missing.push('the allocation mask has masked digits');
  const global = report.scope === 'global' || report.kind === 'allocation-failure';
  if (global && report.zones.length === 0) missing.push('no zone line is there');
  if (global && report.buddy.length === 0) missing.push('no line of free blocks is there');
  if (report.buddy.some(({ complete }) => !complete)) missing.push('a line of free blocks is cut');
  if (report.scope === 'cgroup' && report.limitCgroup === null) missing.push('the cgroup of the limit is not named');
  if (report.scope === 'cgroup' && report.memory === null) missing.push('the usage of the cgroup is not told');
  return missing;
}

/** Over the facts that every carrier keeps; a stamp, a host name or a line number is none. */
function identify(report: Report): string {
  const charge = (value: Charge | null) => value && [value.usageBytes, value.limitBytes, value.failcnt];
  const facts = [
    report.kind,
    report.killer,
    report.trigger && [report.trigger.comm, report.trigger.pid, report.trigger.order],
    report.victims.map(({ pid, comm, anonRssBytes, fileRssBytes }) => [pid, comm, anonRssBytes, fileRssBytes]),
    report.limitCgroup,
    report.taskCgroup,
    charge(report.memory),
    charge(report.memorySwap),
    report.memInfoPages && [report.memInfoPages.free ?? null, report.memInfoPages.active_anon ?? null],
    report.zones.map(({ node, name, freeBytes }) => [node, name, freeBytes]),
    report.sysrq,
  ];
  return shortHash(JSON.stringify(facts));
}

export function quoteOf(source: Source, line: number | null, text: string): Quote {
  return { source: source.name, line, text };
}
