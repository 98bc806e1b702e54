import { spawn } from 'node:child_process';
import { uptime } from 'node:os';
import { type FoundReport, reportsFromRecords } from './find-reports.js';
import type { OtherEnds } from './other-ends.js';
import { readStream } from './read-stream.js';
import type { LogRecord } from './record.js';
import type { Source } from './report.js';

const source: Source = { kind: 'dmesg', name: 'dmesg', forgeable: true };

/** dmesg(1), where /dev/kmsg may not be read and it may: facility 0 only. Null where it may not either. */
export async function readDmesg(): Promise<{ source: Source; found: FoundReport[]; otherEnds: OtherEnds } | null> {
  const child = spawn('dmesg', ['--kernel', '--raw'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => resolve(null));
  });
  const { found, otherEnds } = await readStream(child.stdout, source, Date.now());
  if ((await exit) !== 0) return null;
  const bootMs = Date.now() - uptime() * 1000;
  return {
    source,
    otherEnds,
    found: found.flatMap(({ records }) =>
      reportsFromRecords(
        records.map((record) => placed(record, bootMs)),
        source,
      ),
    ),
  };
}

function placed(record: LogRecord, bootMs: number): LogRecord {
  if (record.uptimeSeconds === null) return record;
  const epochMs = Math.round(bootMs + record.uptimeSeconds * 1000);
  return { ...record, line: null, epochMs, time: new Date(epochMs).toISOString() };
}
