import { join } from 'node:path';
import { logsOfTree } from './copied-tree.js';
import { type LogPart, readLogFile } from './files.js';
import type { FoundReport } from './find-reports.js';
import { countOnce } from './once.js';
import type { OtherEnds } from './other-ends.js';
import type { Progress } from './progress.js';
import type { Source } from './report.js';
import { joinRotated } from './rotated.js';

const mostEnds = 50;

export interface KernelLogRequest {
  /** paths, or `-` for standard input; none: this host's own log, or what `root` holds */
  files: string[];
  /** a copy of a host: its logs are read, never this host's */
  root: string | null;
  sinceMs: number | null;
  untilMs: number | null;
  /** told how far the reading is */
  progress?: Progress | null;
  /** whether the lines of the reports are kept, for a snapshot */
  records?: boolean;
}

export interface KernelLog {
  sources: Source[];
  reports: FoundReport[];
  /** newest last */
  otherEnds: OtherEnds;
  warnings: string[];
}

/** Every report in the logs that were asked for, oldest first, each once. */
export async function readKernelLog(request: KernelLogRequest): Promise<KernelLog> {
  const parts = await readParts(request).finally(() => request.progress?.end());
  const all = countOnce(joinRotated(parts.parts.map(({ found }) => found)));
  const { reports, warnings } = withinTimes(all, request);
  return {
    sources: parts.parts.map(({ source }) => source),
    reports,
    otherEnds: endsOf(parts.parts, request),
    warnings: [...parts.warnings, ...parts.parts.flatMap((part) => part.warnings), ...warnings],
  };
}

async function readParts({
  files,
  root,
  progress = null,
  records = false,
}: KernelLogRequest): Promise<{ parts: LogPart[]; warnings: string[] }> {
  if (files.length > 0) {
    const parts = await inTurn([...new Set(files)], (path) => readLogFile(path, { progress, records }));
    return { parts, warnings: [] };
  }
  if (root !== null) {
    const paths = logsOfTree(root);
    const warnings = paths.length > 0 ? [] : [`${root} holds no kernel log: name one with --log`];
    return {
      parts: await inTurn(paths, (path) => readLogFile(join(root, path), { name: path, progress, records })),
      warnings,
    };
  }
  const live = await readLive();
  if (live) return { parts: [{ ...live, warnings: [] }], warnings: [] };
  return {
    parts: [],
    warnings: ['This user may not read the kernel log, so no kill can be told: sudo undoom diagnose'],
  };
}

/** The journal, else the kernel's ring buffer, else dmesg(1): loaded here, as a log in a file needs none of them. */
async function readLive(): Promise<Omit<LogPart, 'warnings'> | null> {
  const { readJournal } = await import('./journal.js');
  const { readKmsg } = await import('./kmsg.js');
  const { readDmesg } = await import('./dmesg.js');
  return (await readJournal()) ?? readKmsg() ?? (await readDmesg());
}

async function inTurn<Item, Result>(items: Item[], read: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await read(item));
  return results;
}

/** Those of all sources, by time where they have one. */
function endsOf(parts: LogPart[], { sinceMs, untilMs }: KernelLogRequest): OtherEnds {
  const ends = parts
    .flatMap(({ otherEnds }) => otherEnds.ends)
    .filter(
      ({ epochMs }) =>
        epochMs === null || (epochMs >= (sinceMs ?? Number.NEGATIVE_INFINITY) && epochMs <= (untilMs ?? Infinity)),
    )
    .sort((a, b) => (a.epochMs === null || b.epochMs === null ? 0 : a.epochMs - b.epochMs));
  return {
    ends: ends.slice(-mostEnds),
    leftOut: parts.reduce((sum, { otherEnds }) => sum + otherEnds.leftOut, Math.max(0, ends.length - mostEnds)),
  };
}

function withinTimes(
  found: FoundReport[],
  { sinceMs, untilMs }: KernelLogRequest,
): { reports: FoundReport[]; warnings: string[] } {
  if (sinceMs === null && untilMs === null) return { reports: found, warnings: [] };
  const unplaced = found.filter(({ report }) => report.epochMs === null).length;
  const one = unplaced === 1;
  return {
    reports: found.filter(
      ({ report: { epochMs } }) =>
        epochMs === null || (epochMs >= (sinceMs ?? Number.NEGATIVE_INFINITY) && epochMs <= (untilMs ?? Infinity)),
    ),
    warnings:
      unplaced === 0
        ? []
        : [
            `${unplaced} ${one ? 'report has' : 'reports have'} no time, and ${one ? 'is' : 'are'} shown whatever was asked for`,
          ],
  };
}
