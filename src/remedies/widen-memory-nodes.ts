import { ancestorsOf } from '../actions/cgroup-tree.js';
import type { CpusetCgroup, Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { formatList } from '../text/lists.js';
import { nodeMemory } from './nodes.js';
import { ownerOf } from './raise.js';
import type { Proposal, RemedyMaker } from './remedy.js';

export const widenMemoryNodes: RemedyMaker = {
  playbook: 'widen-memory-nodes',
  causes: ['memory-node'],
  propose({ constraint, factors, cpuset: { name, path } }, { host }) {
    if (constraint === 'memory-policy' || factors.includes('memory-policy')) {
      return only(
        'The task bound itself to these nodes (mbind, numactl): no cpuset change lifts that. Start it with another policy, as numactl --interleave=all.',
      );
    }
    if (!host)
      return only(
        'Which nodes have free memory is known on the host alone: diagnose there, or give a copy of its /proc and /sys with --root.',
      );
    if (path === null) {
      if (name === '/')
        return only('The task was in the root cpuset, which allows every node: there is nothing to widen.');
      const found = name === null ? [] : host.cgroups.cpusetsNamed(name);
      const which =
        found.length > 0 ? `several have that name: ${found.slice(0, 5).join(', ')}` : 'none of that name is there now';
      return only(
        `The kernel names the cpuset by its last name only (${name ?? 'not told'}), and ${which}. Say which one it was with --cpuset PATH.`,
      );
    }
    const cpuset = host.cgroups.cpuset(path);
    if (!cpuset) return only(`The cpuset ${path} is gone since the kill, so there is nothing to change.`);
    return widen(host, cpuset);
  },
};

function widen(host: Host, { path, effectiveMems }: CpusetCgroup): Proposal {
  if (path === '/') return only('The task was in the root cpuset, which allows every node: there is nothing to widen.');
  const free = nodeMemory(host).filter(
    ({ node, freeBytes, highBytes }) => !effectiveMems.includes(node) && freeBytes > highBytes,
  );
  if (free.length === 0) {
    const others = host.memoryNodes.some((node) => !effectiveMems.includes(node));
    const why = others
      ? 'no node that it may not use has memory above its high watermark'
      : 'it may use every node already';
    return only(`${path} is not widened: ${why}. Ending what is not needed, or a larger host, would help.`);
  }
  const nodes = formatList([...effectiveMems, ...free.map(({ node }) => node)]);
  for (const changed of [path, ...ancestorsOf(path)]) {
    const allowed = host.cgroups.cpuset(changed)?.effectiveMems ?? [];
    if (changed === '/' || free.every(({ node }) => allowed.includes(node))) continue;
    const owner = ownerOf(host, changed);
    if (owner) {
      const way = owner.setNodes ? ` Its own way: ${owner.setNodes(nodes)}` : '';
      return only(
        `${changed} belongs to ${owner.text}, which writes its nodes itself: a change by hand would not last.${way}`,
      );
    }
  }
  const spare = free.map(({ node, freeBytes }) => `node ${node} has ${formatBytes(freeBytes)} free`).join(', ');
  return {
    remedy: {
      title: `Let ${path} use the memory of nodes ${nodes}`,
      parameters: { cgroup: path, nodes },
      why: `It may use node ${formatList(effectiveMems)} only; ${spare}, above its high watermark. Memory of another node is slower to reach.`,
    },
    note: null,
  };
}

function only(note: string): Proposal {
  return { remedy: null, note };
}
