import type { Host } from '../host/host.js';
import type { ParameterValues } from '../playbook/playbook.js';
import { formatBytes } from '../text/bytes.js';
import { hostSpareBytes } from './host-spare.js';
import { mlockedInTheWay } from './mlocked.js';
import type { IncidentFacts, RemedyMaker } from './remedy.js';

const KiB = 1024;

/** What keeps fragmentation from coming back: each value only where it is not as high already, and bounded. */
export const preventFragmentation: RemedyMaker = {
  playbook: 'prevent-fragmentation',
  causes: ['fragmentation'],
  propose(incident, { host }) {
    if (!host) {
      return {
        remedy: null,
        note: 'What keeps fragmentation from coming back depends on the settings of the host: diagnose there, or give a copy of its /proc and /sys with --root.',
      };
    }
    const values = [minFree(host), watermarkScale(host), proactiveness(host), mlocked(host, incident)].filter(
      (value) => value !== null,
    );
    if (values.length === 0) return { remedy: null, note: null };
    return {
      remedy: {
        title: 'Keep free blocks of higher orders to hand',
        parameters: Object.fromEntries(values.map(({ name, value }) => [name, value])) satisfies ParameterValues,
        why: `${values.map(({ why }) => why).join('; ')}.`,
      },
      note: null,
    };
  },
};

interface Value {
  name: string;
  value: number;
  why: string;
}

/**
 * Doubled, to at least 1% and at most 5% of memory, and no further than the host can spare: too high a value makes it
 * kill at once (Documentation/admin-guide/sysctl/vm.rst).
 */
function minFree(host: Host): Value | null {
  const now = number(host, 'vm.min_free_kbytes');
  const total = host.meminfo?.MemTotal;
  const spare = hostSpareBytes(host);
  if (now === null || total === undefined || spare === null) return null;
  const wanted = Math.min(Math.max(now * 2, (total * 0.01) / KiB), (total * 0.05) / KiB, now + spare / KiB);
  const value = Math.floor(wanted);
  if (value < now * 1.1 || value < 1024) return null;
  return {
    name: 'min_free_kbytes',
    value,
    why: `vm.min_free_kbytes from ${now} to ${value} (${formatBytes(value * KiB)} of ${formatBytes(total)} kept free)`,
  };
}

/** 100 is 1% of memory between the watermarks; the kernel's own is 10. */
function watermarkScale(host: Host): Value | null {
  const now = number(host, 'vm.watermark_scale_factor');
  if (now === null || now >= 100) return null;
  return {
    name: 'watermark_scale_factor',
    value: 100,
    why: `vm.watermark_scale_factor from ${now} to 100: reclaim starts earlier`,
  };
}

/** The kernel's own is 20 of 100 (5.9 on); twice that where it is no higher. */
function proactiveness(host: Host): Value | null {
  const now = number(host, 'vm.compaction_proactiveness');
  if (now === null || now >= 40) return null;
  return {
    name: 'compaction_proactiveness',
    value: 40,
    why: `vm.compaction_proactiveness from ${now} to 40: compaction in the background`,
  };
}

function mlocked(host: Host, incident: IncidentFacts): Value | null {
  const held = mlockedInTheWay(host, incident);
  if (held === null) return null;
  return {
    name: 'compact_unevictable_allowed',
    value: 1,
    why: `vm.compact_unevictable_allowed from 0 to 1: ${held} may be moved`,
  };
}

function number(host: Host, key: string): number | null {
  const text = host.sysctl(key)?.trim();
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
