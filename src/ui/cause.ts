import type { Incident } from '../schemas/diagnosis.js';
import { formatList } from '../text/lists.js';

/** The cause as a heading: whose limit, or what ran out. */
export function causeHeading(incident: Incident): string {
  const { cause, nodes, trigger, kind, killer } = incident;
  const limitCgroup = incident.whose.limit?.text ?? incident.limitCgroup;
  switch (cause) {
    case 'cgroup-limit':
      return limitCgroup === null ? 'The limit of a cgroup was reached' : `The limit of ${limitCgroup} was reached`;
    case 'parent-cgroup-limit':
      return limitCgroup === null
        ? 'The limit of a parent cgroup was reached'
        : incident.whose.limit
          ? `The limit of ${limitCgroup}, above the task's cgroup, was reached`
          : `The limit of the parent cgroup ${limitCgroup} was reached`;
    case 'global-memory':
      return 'The host ran out of memory';
    case 'memory-node':
      return nodes === null || nodes.length === 0
        ? 'A memory node ran out of memory'
        : `Memory node ${formatList(nodes)} ran out of memory`;
    case 'fragmentation': {
      const order = trigger?.order ?? null;
      return order === null ? 'Free memory was in small pieces' : `No free block of order ${order}: memory in pieces`;
    }
    case 'manual':
      return 'Someone asked the kernel to kill (SysRq f)';
    case 'unknown':
      if (kind === 'userspace-kill') return `${killer ?? 'A program'} killed to save memory`;
      return 'Why the kernel killed is not known';
  }
}
