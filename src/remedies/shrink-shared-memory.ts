import type { Host } from '../host/host.js';
import { unescapeOctal } from '../host/index.js';
import { formatBytes } from '../text/bytes.js';
import { shellQuote } from '../text/quote.js';
import type { RemedyMaker } from './remedy.js';

const MiB = 2 ** 20;
const shown = 3;

export const shrinkSharedMemory: RemedyMaker = {
  playbook: 'shrink-shared-memory',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose({ factors }, { host }) {
    if (!factors.includes('shared-memory')) return { remedy: null, note: null };
    const found = host ? [...tmpfsOf(host), ...segmentsOf(host)].sort((a, b) => b.bytes - a.bytes) : [];
    const [largest] = found;
    const list = found.slice(0, shown).map(({ text }) => text);
    const known = list.length > 0 ? `The largest that can be seen from here: ${list.join('; ')}. ` : '';
    return {
      remedy: {
        title: largest ? `Free and bound ${largest.name}` : 'Free and bound shared memory',
        parameters: {
          instruction: `${known}Delete files that nobody needs from a tmpfs and bound it; remove segments that nobody is attached to. A container's own /dev/shm is seen from inside it only.`,
          command: largest?.command ?? 'df --type=tmpfs && ipcs --shmems',
        },
        why: 'Shared memory and the files of a tmpfs held much of it, and no kill gives them back.',
      },
      note: null,
    };
  },
};

interface Shared {
  name: string;
  bytes: number;
  text: string;
  command: string;
}

function tmpfsOf(host: Host): Shared[] {
  const seen = new Set<string>();
  return (host.files.read('/proc/mounts') ?? '').split('\n').flatMap((line) => {
    const [, place, type] = line.split(' ');
    if (type !== 'tmpfs' || place === undefined || seen.has(place)) return [];
    seen.add(place);
    const path = unescapeOctal(place);
    const use = host.files.fileSystem(path);
    if (use === null || use.usedBytes < MiB) return [];
    const size = Math.ceil(use.usedBytes / MiB);
    return [
      {
        name: `the tmpfs ${path}`,
        bytes: use.usedBytes,
        text: `the tmpfs ${path} holds ${formatBytes(use.usedBytes)} of its ${formatBytes(use.sizeBytes)}`,
        // below what it holds the kernel refuses
        command: `sudo mount -o remount,size=${size}M ${shellQuote(path)}`,
      },
    ];
  });
}

/** /proc/sysvipc/shm: key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap (ipc/shm.c) */
function segmentsOf(host: Host): Shared[] {
  return (host.files.read('/proc/sysvipc/shm') ?? '').split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, id, , size, creator, , attached] = fields;
    if (!/^\d{1,10}$/.test(id ?? '') || !/^\d{1,15}$/.test(size ?? '')) return [];
    const bytes = /^\d{1,15}$/.test(fields[14] ?? '') ? Number(fields[14]) : Number(size);
    if (bytes < MiB) return [];
    const isLeft = attached === '0';
    const text = `the segment ${id} holds ${formatBytes(bytes)}, made by process ${creator}, ${isLeft ? 'and nobody is attached to it' : `with ${attached} attached`}`;
    const command = isLeft ? `sudo ipcrm --shmem-id ${id}` : `ipcs --shmems --id ${id}`;
    return [{ name: `the shared memory segment ${id}`, bytes, text, command }];
  });
}
