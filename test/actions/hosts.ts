/** Hosts as text, and a kernel's part of the work: writes in order, checked after each. */
import type { Action, Change } from '../../src/actions/action.js';
import type { Host } from '../../src/host/host.js';
import { mapFiles, openHost } from '../../src/host/index.js';

export type Files = Record<string, string>;

export const MiB = 2 ** 20;
export const GiB = 2 ** 30;
export const noLimitV1 = '9223372036854771712';

export const v1Memory = '/sys/fs/cgroup/memory';
export const v1Cpuset = '/sys/fs/cgroup/cpuset';
export const v2Root = '/sys/fs/cgroup';

/** 16 GiB, of which 12 are available; 2 GiB of swap, all free. */
function common(): Files {
  return {
    '/proc/meminfo': [
      'MemTotal:       16777216 kB',
      'MemFree:        10485760 kB',
      'MemAvailable:   12582912 kB',
      'SwapTotal:       2097152 kB',
      'SwapFree:        2097152 kB',
      'HugePages_Total:      10',
      'HugePages_Free:        8',
      'HugePages_Rsvd:        0',
      'HugePages_Surp:        0',
      'Hugepagesize:       2048 kB',
      '',
    ].join('\n'),
    '/proc/swaps':
      'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/vda2                               partition\t2097152\t\t0\t\t-2\n',
    '/proc/loadavg': '0.50 0.40 0.30 1/200 4000\n',
    '/proc/stat': 'cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\ncpu1 1 0 1 1 0 0 0 0 0 0\nbtime 1700000000\n',
    '/proc/cpuinfo': 'processor\t: 0\n\nprocessor\t: 1\n',
    '/sys/devices/system/cpu/online': '0-1\n',
    '/proc/pressure/memory':
      'some avg10=1.50 avg60=0.50 avg300=0.10 total=1000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=10\n',
    '/proc/sys/kernel/osrelease': '6.1.0-56-amd64\n',
    '/proc/sys/kernel/hostname': 'web-1\n',
    '/proc/sys/vm/min_free_kbytes': '67584\n',
    '/proc/sys/vm/watermark_scale_factor': '10\n',
    '/proc/sys/vm/compaction_proactiveness': '20\n',
    '/proc/sys/vm/compact_unevictable_allowed': '1\n',
    '/proc/sys/vm/compact_memory': '',
    '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never\n',
    '/sys/kernel/mm/transparent_hugepage/defrag': 'always defer defer+madvise [madvise] never\n',
    '/sys/kernel/mm/transparent_hugepage/khugepaged/defrag': '1\n',
    '/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none': '511\n',
    '/sys/devices/system/node/online': '0-2\n',
    '/sys/devices/system/node/has_memory': '0-2\n',
    '/proc/zoneinfo': [0, 1, 2].map(zone).join(''),
    '/proc/buddyinfo': [0, 1, 2].map((node) => buddyLine(node, [100, 50, 25, 12, 0])).join(''),
    ...Object.assign(
      {},
      ...[0, 1, 2].map((node) => ({
        [`/sys/devices/system/node/node${node}/compact`]: '',
        [`/sys/devices/system/node/node${node}/meminfo`]: `Node ${node} MemTotal:       5592405 kB\nNode ${node} MemFree:        3495253 kB\n`,
      })),
    ),
  };
}

/** 1 GiB free on each node, above a high watermark of 16 MiB. */
function zone(node: number): string {
  return [
    `Node ${node}, zone   Normal`,
    '  pages free     266240',
    '        boost    0',
    '        min      2048',
    '        low      3072',
    '        high     4096',
    '        spanned  1398101',
    '        present  1398101',
    '        managed  1398101',
    '        cma      0',
    '        protection: (0, 0, 0)',
    '      nr_free_pages 266240',
    '      nr_free_cma  0',
    '',
  ].join('\n');
}

export function buddyLine(node: number, free: number[]): string {
  return `Node ${node}, zone   Normal ${free.map((count) => String(count).padStart(6)).join(' ')} \n`;
}

export function v1Files(extra: Files = {}): Files {
  return {
    ...common(),
    '/proc/self/mountinfo': [
      '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
      `36 31 0:33 / ${v1Memory} rw,relatime - cgroup cgroup rw,memory`,
      `35 31 0:32 / ${v1Cpuset} rw,relatime - cgroup cgroup rw,cpuset`,
      '',
    ].join('\n'),
    '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t5\t10\t1\nmemory\t6\t10\t1\n',
    ...v1MemoryCgroup('', { limit: noLimitV1, swap: noLimitV1, usage: 0, anon: 0 }),
    ...v1CpusetCgroup('', '0-2'),
    ...extra,
  };
}

export function v2Files(extra: Files = {}): Files {
  return {
    ...common(),
    '/proc/self/mountinfo': `30 23 0:26 / ${v2Root} rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate\n`,
    '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t10\t1\nmemory\t0\t10\t1\n',
    [`${v2Root}/cgroup.controllers`]: 'cpuset cpu io memory pids\n',
    [`${v2Root}/cgroup.subtree_control`]: 'cpuset memory\n',
    [`${v2Root}/cgroup.procs`]: '',
    [`${v2Root}/cpuset.mems.effective`]: '0-2\n',
    ...extra,
  };
}

interface Holding {
  limit: string;
  swap?: string;
  high?: string;
  usage: number;
  /** bytes that cannot be reclaimed */
  anon: number;
  swapped?: number;
}

export function v1MemoryCgroup(path: string, { limit, swap, usage, anon, swapped = 0 }: Holding): Files {
  const folder = `${v1Memory}${path}`;
  return {
    [`${folder}/cgroup.procs`]: '',
    [`${folder}/memory.limit_in_bytes`]: `${limit}\n`,
    [`${folder}/memory.usage_in_bytes`]: `${usage}\n`,
    [`${folder}/memory.max_usage_in_bytes`]: `${usage}\n`,
    [`${folder}/memory.failcnt`]: '0\n',
    ...(swap === undefined
      ? {}
      : {
          [`${folder}/memory.memsw.limit_in_bytes`]: `${swap}\n`,
          [`${folder}/memory.memsw.usage_in_bytes`]: `${usage + swapped}\n`,
        }),
    [`${folder}/memory.stat`]: [
      `cache ${usage - anon}`,
      `rss ${anon}`,
      'shmem 0',
      `swap ${swapped}`,
      'unevictable 0',
      `total_cache ${usage - anon}`,
      `total_rss ${anon}`,
      'total_shmem 0',
      `total_swap ${swapped}`,
      'total_inactive_anon 0',
      `total_active_anon ${anon}`,
      `total_inactive_file ${usage - anon}`,
      'total_active_file 0',
      'total_unevictable 0',
      '',
    ].join('\n'),
  };
}

export function v2MemoryCgroup(path: string, { limit, swap = '0', high = 'max', usage, anon }: Holding): Files {
  const folder = `${v2Root}${path}`;
  return {
    [`${folder}/cgroup.controllers`]: 'cpuset memory\n',
    [`${folder}/cgroup.procs`]: '',
    [`${folder}/memory.max`]: `${limit}\n`,
    [`${folder}/memory.high`]: `${high}\n`,
    [`${folder}/memory.swap.max`]: `${swap}\n`,
    [`${folder}/memory.swap.current`]: '0\n',
    [`${folder}/memory.current`]: `${usage}\n`,
    [`${folder}/memory.events`]: 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n',
    [`${folder}/memory.stat`]: [
      `anon ${anon}`,
      `file ${usage - anon}`,
      'kernel 0',
      'shmem 0',
      'slab_reclaimable 0',
      'slab_unreclaimable 0',
      'unevictable 0',
      '',
    ].join('\n'),
  };
}

export function v1CpusetCgroup(path: string, mems: string): Files {
  const folder = `${v1Cpuset}${path}`;
  return {
    [`${folder}/cgroup.procs`]: '',
    [`${folder}/cpuset.mems`]: `${mems}\n`,
    [`${folder}/cpuset.effective_mems`]: `${mems}\n`,
    [`${folder}/cpuset.memory_migrate`]: '0\n',
  };
}

export function v2CpusetCgroup(path: string, mems: string, effective = mems): Files {
  const folder = `${v2Root}${path}`;
  return {
    [`${folder}/cgroup.controllers`]: 'cpuset memory\n',
    [`${folder}/cgroup.procs`]: '',
    [`${folder}/cpuset.mems`]: `${mems}\n`,
    [`${folder}/cpuset.mems.effective`]: `${effective}\n`,
  };
}

export function hostOf(files: Files): Host {
  return openHost(mapFiles(files));
}

/** What the plan of an action gives, its arguments read by its own schema. */
export function planOn<With, Was>(action: Action<With, Was>, args: unknown, files: Files) {
  return action.plan(action.with.parse(args), hostOf(files));
}

/** Each write in order, `seen` after each. */
export function applyTo(files: Files, changes: Change[], seen: (files: Files) => void = () => {}): Files {
  return writeEach(
    files,
    changes.map(({ path, after }) => [path, after]),
    seen,
  );
}

/** Newest first, as execution takes them back. */
export function undoOn(files: Files, changes: Change[], seen: (files: Files) => void = () => {}): Files {
  return writeEach(
    files,
    [...changes].reverse().map(({ path, undo }) => [path, undo ?? '']),
    seen,
  );
}

function writeEach(files: Files, writes: [string, string][], seen: (files: Files) => void): Files {
  let now = files;
  for (const [path, value] of writes) {
    // the kernel prints its largest number for no limit
    const printed = value === '-1' ? noLimitV1 : value.trim();
    now = { ...now, [path]: `${printed}\n` };
    if (path.endsWith('/cpuset.mems')) {
      const effective = path.startsWith(v1Cpuset) ? 'cpuset.effective_mems' : 'cpuset.mems.effective';
      now[path.replace(/cpuset\.mems$/, effective)] = `${printed}\n`;
    }
    seen(now);
  }
  return now;
}

export function refusals(guards: { id: string; ok: boolean }[]): string[] {
  return guards.filter(({ ok }) => !ok).map(({ id }) => id);
}
