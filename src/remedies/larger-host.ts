import { formatBytes } from '../text/bytes.js';
import { workOutRaise } from './raise.js';
import type { Proposal, RemedyMaker } from './remedy.js';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** A manual step: for a cgroup only where it is the host that has no room for the raise. */
export const largerHost: RemedyMaker = {
  playbook: 'larger-host',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory'],
  propose(incident, context) {
    const total = context.host?.meminfo?.MemTotal;
    if (total === undefined) return { remedy: null, note: null };
    if (incident.cause === 'global-memory') {
      // The rule of a raise, on the host itself.
      const more = Math.max(total * 0.2, 100 * MiB);
      return enlarge(
        total,
        more,
        `The host ran out of its ${formatBytes(total)}; how much more was wanted is not known: 20% more is a first step`,
      );
    }
    const result = workOutRaise(incident, context);
    if ('note' in result || result.raise.binding?.kind !== 'host') return { remedy: null, note: null };
    const { cgroup, wantedBytes, grantedBytes, limitBytes, binding } = result.raise;
    const lacking = wantedBytes - Math.max(limitBytes, grantedBytes);
    if (lacking <= 0) return { remedy: null, note: null };
    return enlarge(
      total,
      lacking,
      `${cgroup} should be allowed ${formatBytes(wantedBytes)}, but ${binding.text}: ${formatBytes(lacking)} are lacking`,
    );
  },
};

function enlarge(total: number, more: number, why: string): Proposal {
  // Hosts come in whole GiB.
  const size = formatBytes(Math.ceil((total + more) / GiB) * GiB);
  return {
    remedy: {
      title: `Give the host more memory: at least ${size}`,
      parameters: {
        instruction: `Move to an instance with at least ${size} of memory, or move part of the work to another host. Then diagnose again.`,
      },
      why: `${why}.`,
    },
    note: null,
  };
}
