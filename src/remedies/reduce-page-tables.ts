import { formatBytes } from '../text/bytes.js';
import { processesBy } from './process-sizes.js';
import type { RemedyMaker } from './remedy.js';

const shown = 3;

export const reducePageTables: RemedyMaker = {
  playbook: 'reduce-page-tables',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose({ factors }, { host }) {
    if (!factors.includes('page-tables')) return { remedy: null, note: null };
    const list = (host ? processesBy(host, ['VmPTE', 'VmPMD']) : [])
      .slice(0, shown)
      .map(({ task, bytes }) => `${task.comm} (${task.pid}) has ${formatBytes(bytes)}`);
    const known = list.length > 0 ? `The largest now: ${list.join('; ')}. ` : '';
    return {
      remedy: {
        title: 'Bring down what page tables hold',
        parameters: {
          instruction: `${known}Where many processes map the same memory, let it be huge pages (a database has a setting: huge_pages of PostgreSQL, large_pages of MySQL), or let fewer processes map it (a connection pool).`,
          command: "grep -H '^VmPTE' /proc/[0-9]*/status | sort -n -k 2 | tail",
        },
        why: 'Page tables held much of the memory, and are never swapped out.',
      },
      note: null,
    };
  },
};
