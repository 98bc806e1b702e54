import type { CgroupOwner, Host } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';

/**
 * systemd, a container engine or the kubelet writes its own cgroups' files again when it pleases: a change goes
 * through the owner, or is refused with the owner's own way.
 * @param cgroups all those whose files would be written
 */
export function ownerGuard(
  cgroups: string[],
  host: Host,
  ownWay: (owner: CgroupOwner, cgroup: string) => string | null,
): GuardResult {
  for (const cgroup of cgroups) {
    const owner = host.cgroups.owner(cgroup);
    if (owner.kind === 'nobody') continue;
    const way = ownWay(owner, cgroup);
    const text = `${cgroup} belongs to ${owner.text}, which writes its files again when it pleases`;
    return { id: 'owner', ok: false, text: way ? `${text}. Its own way: ${way}` : text };
  }
  return { id: 'owner', ok: true, text: `nobody else writes ${cgroups.join(' and ')}` };
}
