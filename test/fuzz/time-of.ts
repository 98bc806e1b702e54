import { diagnose } from '../../src/diagnosis/index.js';
import { readStream } from '../../src/kernel-log/read-stream.js';
import type { Source } from '../../src/kernel-log/report.js';
import { showDiagnosis } from '../../src/ui/diagnosis.js';

const source: Source = { kind: 'file', name: 'kern.log', forgeable: true };
const chunkBytes = 1 << 18;

/** Milliseconds of the processor's own time, which others on the machine do not lengthen, from the bytes to the screen. */
export async function timeOf(log: string): Promise<number> {
  const bytes = Buffer.from(log);
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
  }
  const before = process.cpuUsage();
  const { found } = await readStream(chunks(), source, 0);
  const reports = found.map(({ report }) => report);
  const diagnosis = diagnose({ reports, sources: [source], host: null, warnings: [] });
  showDiagnosis(
    diagnosis,
    { columns: 80, color: false, unicode: true, now: 0 },
    { allChecks: false, command: 'undoom' },
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
