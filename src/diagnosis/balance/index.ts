import type { Report } from '../../kernel-log/report.js';
import type { Balance } from '../../schemas/diagnosis.js';
import { pageSize, ramBytes } from '../ram.js';
import { cgroupParts, kernelBytes } from './cgroup-parts.js';
import { hostParts, part } from './host-parts.js';
import { type Part, settle } from './settle.js';

/** What memory was used for at the kill, as far as it was printed; null where the report does not tell enough. */
export function balanceOf(report: Report): Balance | null {
  if (report.kind === 'userspace-kill') return null;
  return report.scope === 'cgroup' ? ofCgroup(report) : ofHost(report);
}

/** The same parts where no total was told, so that nothing can be said of what is missing. */
export function partsOf(report: Report): Part[] {
  if (report.kind === 'userspace-kill') return [];
  return balanceOf(report)?.parts ?? (report.scope === 'cgroup' ? cgroupParts(report) : hostParts(report)).parts;
}

function ofHost(report: Report): Balance | null {
  const found = hostParts(report);
  const ram = ramBytes(report);
  if (!found.enough || ram === null) return null;
  const reserved = report.ramPages === null ? 0 : (report.reservedPages ?? 0) * pageSize(report);
  const parts = [
    ...found.parts,
    part('reserved', reserved, 'reserved by the kernel and the firmware, or taken by a balloon'),
  ];
  return settle('host', ram + reserved, parts, {
    complete: found.complete && report.ramPages !== null,
    unaccounted: found.complete
      ? 'in no counter: drivers, balloons, ZFS and the like'
      : 'in no counter that was printed',
  });
}

function ofCgroup(report: Report): Balance | null {
  const { parts, enough } = cgroupParts(report);
  const usage = report.memory?.usageBytes ?? null;
  if (!enough || usage === null) return null;
  return settle('cgroup', usage, parts, {
    complete: kernelBytes(report) !== null,
    unaccounted: 'charged to the cgroup, and in no counter that was printed',
  });
}
