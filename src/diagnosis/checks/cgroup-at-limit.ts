import type { Host, MemoryCgroup } from '../../host/host.js';
import { formatBytes } from '../../text/bytes.js';
import { type CheckRule, unknownCheck } from '../check.js';

/** Within a hundredth of the limit: charges are made in batches, so that usage seldom equals it. */
const nearly = 0.99;
/** Page cache fills any limit in time. Where less than half cannot be reclaimed, a full cgroup is not at risk. */
const held = 0.5;
const shown = 3;

export const cgroupAtLimit: CheckRule = {
  id: 'cgroup-at-limit',
  run({ cgroups }: Host) {
    if (cgroups.memoryMount === null)
      return unknownCheck('No memory cgroups are mounted that could be read: cat /proc/self/mountinfo');
    const found = cgroups.memoryPaths.flatMap((path) => {
      const cgroup = cgroups.memory(path);
      const risk = cgroup && (atLimit(cgroup) ?? killed(cgroup));
      return cgroup && risk ? [`${path} ${risk}`] : [];
    });
    const more = found.length > shown ? ` and ${found.length - shown} more` : '';
    return {
      status: found.length > 0 ? 'warning' : 'ok',
      value: found.length,
      threshold: 0,
      unit: 'cgroups',
      text:
        found.length > 0
          ? `${found.slice(0, shown).join('; ')}${more}. Raise the limit, or end what is not needed there`
          : 'No cgroup is at its limit, and none counts a kill',
    };
  },
};

function atLimit({ limitBytes, usageBytes, unreclaimableBytes }: MemoryCgroup): string | null {
  if (typeof limitBytes !== 'number' || usageBytes === null || usageBytes < nearly * limitBytes) return null;
  if (unreclaimableBytes !== null && unreclaimableBytes < held * limitBytes) return null;
  return `holds ${formatBytes(usageBytes)} of its limit of ${formatBytes(limitBytes)}`;
}

/** Counted since the cgroup was made. On v2 `memory.events` counts those below it too, so that the local count goes first. */
function killed({ oomKills, oomKillsLocal }: MemoryCgroup): string | null {
  const kills = oomKillsLocal ?? oomKills ?? 0;
  if (kills === 0) return null;
  return `counts ${kills === 1 ? 'a kill' : `${kills} kills`} for memory since it was made`;
}
