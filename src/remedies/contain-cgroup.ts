import { ancestorsOf } from '../actions/cgroup-tree.js';
import type { Host, MemoryCgroup } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { hostSpareBytes } from './host-spare.js';
import { ownerOf } from './raise.js';
import type { RemedyMaker } from './remedy.js';
import { lockedIn } from './room.js';

const MiB = 2 ** 20;
/** A cgroup that holds less did not fill the host. */
const worthContaining = 0.1;

/** The next kill stays inside the cgroup that grew: a limit where nothing but the host bounds it. */
export const containCgroup: RemedyMaker = {
  playbook: 'contain-cgroup',
  causes: ['global-memory'],
  propose(_incident, { host }) {
    if (!host) return { remedy: null, note: null };
    const total = host.meminfo?.MemTotal;
    const spare = hostSpareBytes(host);
    const largest = largestUnlimited(host);
    if (total === undefined || spare === null || !largest) return { remedy: null, note: null };
    const { path } = largest;
    const held = lockedIn(largest);
    if (held < total * worthContaining) return { remedy: null, note: null };

    const limit = Math.floor(Math.min(Math.ceil((held * 1.2) / MiB) * MiB, held + spare) / MiB) * MiB;
    if (limit <= held) {
      const note = `${path} holds ${formatBytes(held)} that cannot be reclaimed and the host has nothing to spare: a limit below that would kill in it at once, so none is proposed.`;
      return { remedy: null, note };
    }
    const owner = ownerOf(host, path);
    if (owner?.setLimit) {
      const note = `${path} holds ${formatBytes(held)} and has no limit. It belongs to ${owner.text}; its own way to contain it: ${owner.setLimit(limit)}`;
      return { remedy: null, note };
    }
    return {
      remedy: {
        title: `Contain ${path} at ${formatBytes(limit)}`,
        parameters: { cgroup: path, limit },
        why: `It holds ${formatBytes(held)} that cannot be reclaimed, the most of all cgroups without a limit; ${formatBytes(limit - held)} more until the kernel kills in it, and in it alone. It may be another than the one that grew before the kill.`,
      },
      note: null,
    };
  },
};

function largestUnlimited(host: Host): MemoryCgroup | null {
  const candidates = host.cgroups.memoryPaths.flatMap((path) => {
    const cgroup = path === '/' ? null : host.cgroups.memory(path);
    const bounded = (above: string) => typeof host.cgroups.memory(above)?.limitBytes === 'number';
    if (!cgroup || cgroup.children.length > 0 || cgroup.limitBytes !== 'max' || ancestorsOf(path).some(bounded))
      return [];
    return [cgroup];
  });
  return candidates.sort((a, b) => lockedIn(b) - lockedIn(a) || (a.path < b.path ? -1 : 1))[0] ?? null;
}
