import { statSync } from 'node:fs';
import { ancestorsOf } from './actions/cgroup-tree.js';
import { diagnose, mergeOverTime } from './diagnosis/index.js';
import { UndoomError } from './errors.js';
import { earlierRaises, readRuns } from './execution/run-state.js';
import { stateDirectory } from './execution/state-directory.js';
import type { Host } from './host/host.js';
import {
  isSnapshotFile,
  isSnapshotStream,
  liveFiles,
  openHost,
  parseSnapshot,
  readSnapshotFile,
  recordedFiles,
  recordFiles,
  treeFiles,
} from './host/index.js';
import {
  type FoundReport,
  type LogRecord,
  logsInFolder,
  readKernelLog,
  reportsFromRecords,
} from './kernel-log/index.js';
import type { OtherEnds } from './kernel-log/other-ends.js';
import type { Progress } from './kernel-log/progress.js';
import type { Source } from './kernel-log/report.js';
import { propose } from './remedies/index.js';
import type { Diagnosis } from './schemas/diagnosis.js';

export interface InspectRequest {
  /** logs, snapshots and folders of them; [] is this host, live */
  files: string[];
  /** a copy of /proc and /sys to read host state from */
  root: string | null;
  sinceMs: number | null;
  untilMs: number | null;
  /** what a person says the cpuset's path is, where the log's last name does not tell */
  cpuset: string | null;
  /** a person says that the log is this host's, whatever it looks like */
  thisHost?: boolean;
  /** told how far the reading of the logs is */
  progress?: Progress | null;
}

export interface Inspection {
  diagnosis: Diagnosis;
  /** null for a snapshot or a log of elsewhere */
  host: Host | null;
}

/** Everything left of the plan: reads the log and the host, and says why and what would stop it. Writes nothing. */
export async function inspect(request: InspectRequest): Promise<Inspection> {
  const paths = request.files.flatMap(expand);
  const isStreamed = paths.includes('-') && (await isSnapshotStream(process.stdin));
  const snapshots = paths.filter((path) => (path === '-' ? isStreamed : isSnapshotFile(path)));
  const logs = paths.filter((path) => !snapshots.includes(path));
  const inspections: Inspection[] = [];
  for (const path of new Set(snapshots)) inspections.push(await inspectSnapshot(path, request));
  if (logs.length > 0 || snapshots.length === 0) inspections.push(await inspectLogs(logs, request));
  return inspections.reduce(merge);
}

function expand(path: string): string[] {
  if (path === '-') return [path];
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    throw new UndoomError('call.log', `${path} is not there`, {
      hint: 'Name a kernel log, a snapshot or a folder of them',
    });
  if (!found.isDirectory()) return [path];
  const files = logsInFolder(path);
  if (files.length === 0)
    throw new UndoomError('call.log', `The folder ${path} holds no files`, {
      hint: 'Name a kernel log, a snapshot or a folder of them',
    });
  return files;
}

async function inspectLogs(logs: string[], request: InspectRequest): Promise<Inspection> {
  const { root, sinceMs, untilMs } = request;
  const host = openHost(root === null ? liveFiles() : treeFiles(root));
  const log = await readKernelLog({ files: logs, root, sinceMs, untilMs, progress: request.progress ?? null });
  const wholeLog = logs.length === 0 && root === null && sinceMs === null && untilMs === null;
  return assemble({ ...log, wholeLog }, host, root === null ? null : true, request);
}

async function inspectSnapshot(path: string, request: InspectRequest): Promise<Inspection> {
  const snapshot =
    path === '-'
      ? parseSnapshot<Source, LogRecord>(await textOf(process.stdin), 'standard input')
      : readSnapshotFile<Source, LogRecord>(path);
  if (
    snapshot.log.some(({ records }) =>
      records.some(({ message, text }) => typeof message !== 'string' || typeof text !== 'string'),
    )
  ) {
    throw new UndoomError('call.snapshot', `${path} is no snapshot that can be read: its log is damaged`, {
      hint: 'Take it anew with undoom snapshot',
    });
  }
  const host = openHost(recordedFiles(snapshot.files));
  const reports = snapshot.log
    .flatMap(({ source, records }) => reportsFromRecords(records, source))
    .filter(
      ({ report: { epochMs } }) =>
        epochMs === null || (epochMs >= (request.sinceMs ?? 0) && epochMs <= (request.untilMs ?? Infinity)),
    );
  const sources = snapshot.log.map(({ source }) => source);
  return assemble({ sources, reports, warnings: snapshot.warnings }, host, true, request);
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return text(stream);
}

function assemble(
  {
    sources,
    reports,
    otherEnds,
    warnings,
    wholeLog = false,
  }: {
    sources: Diagnosis['sources'];
    reports: FoundReport[];
    otherEnds?: OtherEnds;
    warnings: string[];
    wholeLog?: boolean;
  },
  host: Host,
  sameMachine: boolean | null,
  { cpuset, thisHost }: InspectRequest,
): Inspection {
  const found = reports.map(({ report }) => report);
  const diagnosis = diagnose({
    reports: found,
    sources,
    host,
    warnings,
    ...(otherEnds ? { otherEnds } : {}),
    sameMachine: thisHost ? true : sameMachine,
    cpuset,
    // where none could be read, the counters alone tell
    wholeLog: wholeLog && sources.length > 0,
  });
  const runs = host.files.live ? readRuns(stateDirectory()) : [];
  for (const incident of diagnosis.incidents) {
    const { remedies, notes } = propose(incident, {
      host: incident.elsewhere ? null : host,
      earlierRaises: (cgroup) => earlierRaises(runs, cgroup),
    });
    incident.remedies = remedies;
    incident.notes.push(...notes);
  }
  return { diagnosis, host: diagnosis.incidents.some(({ elsewhere }) => elsewhere) ? null : host };
}

function merge(left: Inspection, right: Inspection): Inspection {
  return {
    host: null,
    diagnosis: {
      ...left.diagnosis,
      sources: [...left.diagnosis.sources, ...right.diagnosis.sources],
      host: null,
      incidents: [...left.diagnosis.incidents, ...right.diagnosis.incidents],
      overTime: mergeOverTime(left.diagnosis.overTime, right.diagnosis.overTime),
      checks: [],
      balanceNow: null,
      otherEnds: [...left.diagnosis.otherEnds, ...right.diagnosis.otherEnds],
      otherEndsLeftOut: left.diagnosis.otherEndsLeftOut + right.diagnosis.otherEndsLeftOut,
      warnings: [...left.diagnosis.warnings, ...right.diagnosis.warnings],
    },
  };
}

/** What `diagnose` reads elsewhere: the log's reports and every file of the host that the diagnosis asked for. */
export async function takeSnapshot(request: InspectRequest) {
  const { root, sinceMs, untilMs } = request;
  const { files, recorded } = recordFiles(root === null ? liveFiles() : treeFiles(root));
  const log = await readKernelLog({
    files: request.files,
    root,
    sinceMs,
    untilMs,
    progress: request.progress ?? null,
    records: true,
  });
  const host = openHost(files);
  const { diagnosis } = assemble(log, host, null, request);
  askWhole(host, diagnosis.incidents);
  return {
    log: log.sources.map((source) => {
      const own = log.reports.filter(({ report }) => report.source.name === source.name);
      return { source, reports: own.length, records: own.flatMap(({ records }) => records) };
    }),
    warnings: log.warnings,
    files: recorded(),
  };
}

/** Of the cgroups that incidents are about, all that a plan may ask elsewhere, where this host is out of reach. */
function askWhole({ cgroups }: Host, incidents: Diagnosis['incidents']): void {
  const named = incidents.flatMap(({ limitCgroup, taskCgroup }) => [limitCgroup, taskCgroup]);
  const paths = named.flatMap((path) => (path === null ? [] : [path, ...ancestorsOf(path)]));
  for (const path of new Set(paths)) JSON.stringify(cgroups.memory(path));
}
