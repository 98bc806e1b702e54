import { formatList } from '../text/lists.js';
import { dropInCommand } from './drop-in.js';
import type { RemedyMaker } from './remedy.js';
import { serviceOf } from './service-of.js';

export const changeMemoryPolicy: RemedyMaker = {
  playbook: 'change-memory-policy',
  causes: ['memory-node'],
  propose({ factors, trigger, nodes }, { host }) {
    if (!factors.includes('memory-policy')) return { remedy: null, note: null };
    const name = trigger?.comm ?? 'the program';
    const task = host?.processes.find(({ comm, pid }) => comm === trigger?.comm || pid === trigger?.pid);
    const isSame = task !== undefined && task.comm === trigger?.comm;
    const unit = host && task && isSame ? serviceOf(host, task) : null;
    const bound = nodes === null || nodes.length === 0 ? 'some nodes' : `node ${formatList(nodes)}`;
    const instead =
      unit === null
        ? 'Start it with numactl --interleave=all, or --preferred in place of --membind; a program with a setting of its own has it there.'
        : `Let its unit ${unit} prefer the nodes and not insist (NUMAPolicy=), from its next start on.`;
    return {
      remedy: {
        title: `Let ${name} use the memory of other nodes`,
        parameters: {
          instruction: `${name} bound itself to ${bound} (mbind, set_mempolicy, numactl). ${instead}`,
          ...(unit !== null
            ? { command: dropInCommand(unit, '50-numa.conf', 'NUMAPolicy=default') }
            : isSame
              ? { command: `sudo grep -c bind: /proc/${task.pid}/numa_maps` }
              : {}),
        },
        why: 'Its own memory policy kept it to nodes that were full; no cpuset change lifts that.',
      },
      note: null,
    };
  },
};
