import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { counted, quotedFact } from './evidence.js';
import { limitBytes } from './factor.js';
import { ramBytes } from './ram.js';

/** A tenth of memory: less kept back is no reason for a shortage. */
const share = 0.1;

/**
 * What memory.min and memory.low keep from reclaim: printed from 6.19 on; on this host, what the cgroups at the top
 * keep now. memory.low gives way before the kernel kills, memory.min never does.
 */
export function protectionEvidence(report: Report, host: Host | null): Evidence[] {
  if (report.kind !== 'oom-kill' || report.sysrq) return [];
  const whole = report.scope === 'cgroup' ? limitBytes(report) : ramBytes(report);
  if (report.protection !== null) {
    const { minBytes, lowBytes } = report.protection;
    if (whole === null || Math.max(minBytes, lowBytes) <= share * whole) return [];
    return quotedFact(
      report,
      'protection',
      `memory.min kept ${formatBytes(minBytes)} from reclaim, and memory.low ${formatBytes(lowBytes)}`,
    );
  }
  return report.scope === 'cgroup' || host === null ? [] : now(host);
}

function now(host: Host): Evidence[] {
  const root = host.cgroups.memoryMount?.version === 2 ? host.cgroups.memory('/') : null;
  const total = host.meminfo?.MemTotal ?? 0;
  const kept = (root?.children ?? []).flatMap((path) => {
    const cgroup = host.cgroups.memory(path);
    const bytes = Math.min(
      cgroup?.minBytes === 'max' ? Number.POSITIVE_INFINITY : (cgroup?.minBytes ?? 0),
      cgroup?.usageBytes ?? 0,
    );
    return bytes > 0 ? [{ path, bytes }] : [];
  });
  const bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  if (total === 0 || bytes <= share * total) return [];
  const [largest] = kept.toSorted((a, b) => b.bytes - a.bytes);
  return [counted(`${largest!.path}: memory.min`, `memory.min keeps ${formatBytes(bytes)} from reclaim now`)];
}
