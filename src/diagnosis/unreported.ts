import type { Host, MemoryCgroup } from '../host/host.js';
import type { Claims } from './claims.js';

const named = 3;

/**
 * Kills that the host counts and its log does not tell of. The kernel prints a line for each, so that these were
 * overwritten in its ring buffer, kept out by the logger's rate limit, or went to the console alone.
 * @param claims of a log that goes back to the boot, as far as it is kept
 */
export function unreported(host: Host, claims: Claims): string[] {
  const total = host.vmstat?.oom_kill;
  if (total === undefined || total <= claims.total) return [];
  const where = [...claims.byTask].flatMap(([path, told]) => {
    const own = ownKills(host.cgroups.memory(path));
    return own !== null && own > told ? [`${path} (${own}, of which ${told} are told)`] : [];
  });
  const list = where.slice(0, named).join(', ') + (where.length > named ? ` and ${where.length - named} more` : '');
  const known = where.length > 0 ? `. Some of them in ${list}` : '';
  return [
    `This host counts ${kills(total)} for memory since its boot (/proc/vmstat: oom_kill), and its log tells of ${claims.total}: the lines of the others were overwritten in the ring buffer, kept out by a rate limit, or printed on the console alone${known}. The check cgroup-at-limit names the cgroups that count kills`,
  ];
}

function kills(count: number): string {
  return count === 1 ? 'a kill' : `${count} kills`;
}

/** The cgroup's own: v2's memory.events counts those below it too, where there is no local file. */
function ownKills(cgroup: MemoryCgroup | null): number | null {
  if (cgroup === null) return null;
  if (cgroup.version === 1 || cgroup.children.length === 0) return cgroup.oomKills;
  return cgroup.oomKillsLocal;
}
