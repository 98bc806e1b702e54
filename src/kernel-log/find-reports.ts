import { condense } from './condense.js';
import { type Draft, finishDraft, openDraft, quoteOf } from './draft.js';
import { joinLine, type KernelLine, wrapWidth } from './join.js';
import { cgroupStats } from './lines/cgroup-stats.js';
import { lineKinds } from './lines/index.js';
import type { Fact, LineKind } from './lines/line.js';
import { taskTable } from './lines/task-table.js';
import { createOtherEnds, type OtherEnds } from './other-ends.js';
import type { LogRecord } from './record.js';
import type { Report, Source } from './report.js';
import { userspaceKill } from './userspace-kill.js';

export interface FoundReport {
  report: Report;
  /** the lines that it was read from; none where nobody asked for them */
  records: LogRecord[];
}

export interface FinderOptions {
  /** whether the records of whole reports are kept: for a snapshot, or to be read anew */
  records: boolean;
}

export interface ReportFinder {
  push(record: LogRecord): void;
  /** Ends the line at hand where no report is open that is not ended; true where what holds no word of one may be passed over */
  rest(): boolean;
  /** This many lines were not looked at. */
  passOver(lines: number): void;
  /** A line that is looked at alone, out of its turn: only for what another program says in it. */
  hear(record: LogRecord): void;
  end(): FoundReport[];
  /** what other programs logged of ends that look like kills; after `end` */
  otherEnds(): OtherEnds;
}

/** A report's lines come within seconds (a slow console) and a few thousand lines (the task table) of one another. */
const quietMs = 60_000;
const quietLines = 5_000;
/** what follows a kill (the reaper, the rest of its group) comes soon */
const quietLinesAfterKill = 500;
/** two CPUs' reports begin this close together, where their lines are mixed */
const mixedMs = 2_000;
const mixedLines = 12;
const mostOpen = 8;
/** how far is looked ahead to tell whether, and where, the lines were wrapped */
const lookAhead = 64;
/** where there are more reports, the older ones are condensed */
const wholeReports = 500;

/**
 * `cache: signal_cache(632:3a16…), object size: …` behind `SLUB: Unable to allocate memory` (mm/slub.c slab_out_of_memory):
 * up to 5.8 each cgroup had caches of its own, with its number and name behind theirs (memcg_create_kmem_cache).
 */
const cgroupCache = /^\s{0,4}cache: \S{1,64}\(\d{1,10}:\S{1,255}\), object size/;
/** the lines of that message, one for each node, stand between it and the report */
const refusalLines = 40;

/** Finds the reports in the lines of one log, in their order. */
export function createReportFinder(source: Source, options: FinderOptions = { records: true }): ReportFinder {
  const found: { first: number; report: Report; records: LogRecord[] }[] = [];
  let open: Draft[] = [];
  const others = createOtherEnds(source);
  const queue: LogRecord[] = [];
  let pending: KernelLine | null = null;
  let index = 0;
  /** the last line that told the kernel's release, before the report that it belongs to was opened */
  let lastCpu: { kernel: string; index: number } | null = null;

  /** the last line that tells that the kernel was refused memory on behalf of a cgroup, before a report was opened */
  let lastRefusal: { line: KernelLine; index: number } | null = null;

  const close = (draft: Draft) => {
    open = open.filter((other) => other !== draft);
    const report = finishDraft(draft);
    if (!report) return;
    // the rest of a report that is cut may stand in the next of the rotated files
    const kept = options.records || !report.complete;
    found.push({ first: draft.first, report, records: kept ? draft.records : [] });
    const older = found.at(-1 - wholeReports);
    if (older) condense(older.report);
  };
  const openNew = (record: LogRecord): Draft => {
    const draft = openDraft(source, record, index);
    open.push(draft);
    if (open.length > mostOpen) close(open[0]!);
    return draft;
  };
  const add = (draft: Draft, fact: Fact, line: KernelLine) => {
    const first = line.records[0]!;
    if (fact.slot !== null) draft.slots.add(fact.slot);
    draft.block = null;
    fact.apply(draft, quoteOf(source, first.line, line.message));
    draft.records.push(...line.records);
    draft.last = index;
    draft.lastRecord = first;
    draft.caller ??= first.caller;
  };

  const take = (line: KernelLine) => {
    const first = line.records[0]!;
    for (const draft of open.filter((candidate) => !near(candidate, first, index))) close(draft);
    const other = userspaceKill(line);
    if (other) {
      const draft = open.find((candidate) => other.belongsTo(candidate) && inTime(candidate, first)) ?? openNew(first);
      add(draft, other, line);
      draft.ended = true;
      return;
    }
    if (isOfOther(first)) {
      others.look(line);
      return;
    }
    if (!first.beginsRecord || line.message === '') return;
    if (cgroupCache.test(line.message)) lastRefusal = { line, index };
    const peers = open.filter((draft) => sameCaller(draft, first));
    const block = peers.reduce<Draft | null>(
      (latest, draft) => (latest && latest.last > draft.last ? latest : draft),
      null,
    );
    for (const kind of kindsFor(line.message, block?.block ?? null)) {
      const fact = kind.read(line.message, block?.block ?? null);
      if (!fact) continue;
      if (kind.name === 'cpu') rememberCpu(line.message);
      const draft = choose(kind, fact, first, peers, block);
      if (draft) add(draft, fact, line);
      return;
    }
    if (mayBeOfOther(first)) others.look(line);
  };

  const rememberCpu = (message: string) => {
    const kernel = / (\d\.\d{1,3}[^\s]{0,80}) #\d/.exec(message.slice(0, 600))?.[1];
    if (kernel) lastCpu = { kernel, index };
  };

  const choose = (
    kind: LineKind,
    fact: Fact,
    record: LogRecord,
    peers: Draft[],
    latest: Draft | null,
  ): Draft | null => {
    if (kind.role === 'begin' || kind.role === 'other') return begin(kind, record, peers);
    if (kind.role === 'after') return afterKill(kind, fact, peers);
    if (kind.role === 'kill') return kill(kind, fact, record, peers);
    // a block's next line stays with its heading
    if (fact.slot === null && latest && !latest.ended && (latest.block !== null || kind.role === 'note')) return latest;
    const able = peers.filter((draft) => takes(draft, kind, fact));
    const named = fact.trigger && able.find((draft) => draft.report.trigger?.comm === fact.trigger?.comm);
    const chosen = named ?? (mixed(able) ? able[0] : able.at(-1));
    if (chosen) return chosen;
    if (kind.role === 'note' && kind.name !== 'mem-info' && kind.name !== 'task-table') return null;
    // a process twice in one table, with no heading of another between: a row to leave out, no report of its own
    const isRow = fact.slot?.startsWith('task:') === true;
    if (isRow && latest && !latest.ended && latest.slots.has(fact.slot!) && latest.slots.has('task-heading'))
      return null;
    return headless(record);
  };

  const headless = (record: LogRecord): Draft => {
    const draft = openNew(record);
    // the line before the trace told the release, the first line of the report is lost
    if (lastCpu && index - lastCpu.index < 100) draft.report.kernel = lastCpu.kernel;
    return draft;
  };

  const begin = (kind: LineKind, record: LogRecord, peers: Draft[]): Draft => {
    const waiting = peers.find((draft) => draft.report.sysrq && !draft.ended && draft.slots.size === 1);
    if (waiting && (kind.name === 'header' || kind.role === 'other')) return waiting;
    // the kernel kills for one reason at a time (oom_lock): an earlier report that is not ended was cut
    for (const draft of peers) {
      if (draft.discard || (draft.report.kind === 'oom-kill' && kind.oomOnly && !closeTo(draft, record, index))) {
        draft.ended = true;
      }
    }
    lastCpu = null;
    const draft = openNew(record);
    if (kind.name === 'header' && lastRefusal && index - lastRefusal.index <= refusalLines) {
      const { line } = lastRefusal;
      draft.records.push(...line.records);
      draft.report.quotes.refusal = quoteOf(source, line.records[0]!.line, line.message);
    }
    lastRefusal = null;
    return draft;
  };

  const kill = (kind: LineKind, fact: Fact, record: LogRecord, peers: Draft[]): Draft => {
    const kernel = peers.filter((draft) => draft.report.kind === 'oom-kill' && !draft.discard);
    const unended = kernel.filter((draft) => !draft.ended && (fact.slot === null || !draft.slots.has(fact.slot)));
    const expected = unended.find((draft) => fact.pid !== undefined && draft.expected?.pid === fact.pid);
    const again = kernel.find((draft) => hasVictim(draft, fact));
    const announced = unended.find((draft) => draft.announced);
    const group = kernel.findLast((draft) => draft.report.oomGroupCgroup !== null);
    const fitting = unended.filter((draft) => draft.expected === null || fact.pid === undefined);
    return (
      expected ??
      again ??
      (kind.name === 'killed' ? announced : undefined) ??
      (unended.length === 0 && kind.name === 'killed' ? group : undefined) ??
      (mixed(fitting) ? fitting[0] : fitting.at(-1)) ??
      headless(record)
    );
  };

  const afterKill = (kind: LineKind, fact: Fact, peers: Draft[]): Draft | null => {
    const kernel = peers.filter((draft) => draft.report.kind === 'oom-kill' && !draft.discard);
    const named = kernel.find((draft) => hasVictim(draft, fact));
    if (named || kind.name !== 'reaper') return named ?? kernel.at(-1) ?? null;
    // without a kill line the reaper's stands for it, unless it reaps what an earlier kill left
    return kernel.findLast((draft) => !draft.ended && draft.slots.size > 0) ?? null;
  };

  const settle = () => {
    if (!pending) return;
    const line = pending;
    pending = null;
    index++;
    take(line);
  };

  const drain = (keep: number) => {
    const width = wrapWidth(queue);
    for (const record of queue.splice(0, queue.length - keep)) {
      const joined = joinLine(pending, record, width);
      if (!joined) settle();
      pending = joined ?? { message: record.message, records: [record] };
    }
  };

  return {
    push(record) {
      queue.push(record);
      if (queue.length >= 2 * lookAhead) drain(lookAhead);
    },
    rest() {
      if (!open.every(({ ended }) => ended)) return false;
      drain(0);
      if (!open.every(({ ended }) => ended)) return false;
      settle();
      return open.every(({ ended }) => ended);
    },
    passOver(lines) {
      index += lines;
    },
    hear(record) {
      if (isOfOther(record) || mayBeOfOther(record)) others.look({ message: record.message, records: [record] });
    },
    end() {
      drain(0);
      settle();
      for (const draft of open) close(draft);
      return found.sort((a, b) => a.first - b.first).map(({ report, records }) => ({ report, records }));
    },
    otherEnds: () => others.end(),
  };
}

const isOfOther = ({ identifier }: LogRecord) => identifier !== null && identifier !== 'kernel';

/** Nobody is named. The kernel's own stamp is on no other program's line. */
const mayBeOfOther = ({ identifier, uptimeSeconds }: LogRecord) => identifier === null && uptimeSeconds === null;

function hasVictim(draft: Draft, { pid }: Fact): boolean {
  return pid !== undefined && draft.victims.has(pid);
}

function takes(draft: Draft, kind: LineKind, fact: Fact): boolean {
  if (draft.ended || (fact.slot !== null && draft.slots.has(fact.slot))) return false;
  const { report } = draft;
  if (report.kind === 'userspace-kill' || (kind.oomOnly && report.kind !== 'oom-kill')) return false;
  const comm = report.trigger?.comm;
  return !(fact.trigger && comm != null && fact.trigger.comm !== comm);
}

const tableFirst = [taskTable, ...lineKinds];
const statsFirst = [cgroupStats, ...lineKinds];

/** The rows of a task table and a cgroup's counters are most of a report: no other kind of line looks like them. */
function kindsFor(message: string, block: Draft['block']): LineKind[] {
  if (message.charCodeAt(0) === 0x5b) return tableFirst;
  return block === 'stats' && /^[a-z]/.test(message) ? statsFirst : lineKinds;
}

/** Two OOM reports at one time: what comes first belongs to the one that began first. */
function mixed(drafts: Draft[]): boolean {
  const [first, second] = drafts;
  if (!first || !second || first.report.kind !== 'oom-kill' || second.report.kind !== 'oom-kill') return false;
  return first.slots.has('header') && second.slots.has('header');
}

function sameCaller(draft: Draft, record: LogRecord): boolean {
  return draft.caller === null || record.caller === null || draft.caller === record.caller;
}

function elapsed(draft: Draft, record: LogRecord): number | null {
  const { lastRecord } = draft;
  if (record.uptimeSeconds !== null && lastRecord.uptimeSeconds !== null) {
    return (record.uptimeSeconds - lastRecord.uptimeSeconds) * 1000;
  }
  return record.epochMs !== null && lastRecord.epochMs !== null ? record.epochMs - lastRecord.epochMs : null;
}

function near(draft: Draft, record: LogRecord, index: number): boolean {
  if (index - draft.last > (draft.ended ? quietLinesAfterKill : quietLines)) return false;
  // another program's stamp may come from another clock
  return (record.identifier !== null && record.identifier !== 'kernel') || inTime(draft, record);
}

function inTime(draft: Draft, record: LogRecord): boolean {
  const milliseconds = elapsed(draft, record);
  // a clock that went back: another boot, or another log put behind the first
  return milliseconds === null || Math.abs(milliseconds) <= quietMs;
}

function closeTo(draft: Draft, record: LogRecord, index: number): boolean {
  const milliseconds = elapsed(draft, record);
  return index - draft.first <= mixedLines && (milliseconds === null || Math.abs(milliseconds) <= mixedMs);
}

/** Pure: the reports in the records of one log, each with the records that it was read from. */
export function reportsFromRecords(records: Iterable<LogRecord>, source: Source): FoundReport[] {
  const finder = createReportFinder(source);
  for (const record of records) finder.push(record);
  return finder.end();
}
