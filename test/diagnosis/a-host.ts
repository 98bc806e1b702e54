import type { CpusetCgroup, Host, MemoryCgroup, Zone } from '../../src/host/host.js';
import { identityOf } from '../../src/host/index.js';

const GiB = 2 ** 30;

interface HostFacts extends Partial<Omit<Host, 'cgroups'>> {
  memoryCgroups?: MemoryCgroup[];
  cpusets?: string[];
}

/** Host state as data: a quiet host of 8 GiB on cgroup v2, and what a test says of it. */
export function aHost({ memoryCgroups = [], cpusets = ['/'], ...facts }: HostFacts = {}): Host {
  return {
    files: {
      read: () => null,
      list: () => null,
      folders: () => null,
      problem: () => null,
      readLink: () => null,
      systemdUnit: () => null,
      fileSystem: () => null,
      now: () => 0,
      live: true,
    },
    identity: {
      name: 'web-1',
      machineId: '3c1e',
      kernel: '6.1.0-56-amd64',
      bootTimeMs: Date.parse('2026-11-20T00:00:00Z'),
    },
    pageSizeBytes: 4096,
    meminfo: { MemTotal: 8 * GiB, MemAvailable: 4 * GiB, SUnreclaim: 0.1 * GiB, AnonPages: GiB, AnonHugePages: 0 },
    vmstat: { oom_kill: 1 },
    zones: [aHostZone(0, 'Normal', { free: 1000, low: 100, high: 120 })],
    buddy: [{ node: 0, zone: 'Normal', free: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9] }],
    memoryNodes: [0],
    hugePages: [],
    transparentHugePages: {
      enabled: 'madvise',
      defrag: 'madvise',
      khugepagedDefrag: 1,
      khugepagedMaxPtesNone: 511,
      paths: { enabled: '', defrag: '', khugepaged_defrag: '', khugepaged_max_ptes_none: '' },
    },
    swaps: [{ name: '/swap', sizeBytes: GiB, usedBytes: 0 }],
    slabCaches: null,
    pressure: { memory: null, io: null, cpu: null },
    loadAverage: null,
    cpuCount: 2,
    init: { comm: 'systemd', rssAnonBytes: 11 * 2 ** 20, isSystemd: true },
    hasSystemd: true,
    sysctl: () => null,
    sysctlPath: () => '',
    processes: [],
    problems: [],
    ...facts,
    cgroups: {
      memoryMount: { version: 2, mountPoint: '/sys/fs/cgroup', root: '/' },
      cpusetMount: null,
      memory: (path) => memoryCgroups.find((cgroup) => cgroup.path === path) ?? null,
      cpuset: (path) => (cpusets.includes(path) ? aCpuset(path) : null),
      memoryPaths: memoryCgroups.map(({ path }) => path),
      cpusetsNamed: (name) => cpusets.filter((path) => path === name || path.split('/').at(-1) === name),
      owner: () => ({ kind: 'nobody', name: null, text: 'nobody', setLimit: null, setNodes: null }),
      identity: identityOf,
      usageBytes: (path) => memoryCgroups.find((cgroup) => cgroup.path === path)?.usageBytes ?? null,
    },
  };
}

export function aHostZone(node: number, name: string, MiB: { free: number; low: number; high: number }): Zone {
  const bytes = (value: number) => value * 2 ** 20;
  return {
    node,
    name,
    freeBytes: bytes(MiB.free),
    minBytes: bytes(MiB.low / 2),
    lowBytes: bytes(MiB.low),
    highBytes: bytes(MiB.high),
    managedBytes: bytes(8192),
    presentBytes: bytes(8192),
    freeCmaBytes: 0,
    protectionBytes: [0, 0, 0],
  };
}

export function aMemoryCgroup(facts: Partial<MemoryCgroup> = {}): MemoryCgroup {
  return {
    path: '/shop',
    version: 2,
    directory: '',
    limitBytes: 60 * 2 ** 20,
    highBytes: 'max',
    minBytes: 0,
    usageBytes: 10 * 2 ** 20,
    peakBytes: null,
    memswLimitBytes: null,
    memswUsageBytes: null,
    swapLimitBytes: 'max',
    swapUsageBytes: 0,
    failcnt: 0,
    oomKills: 0,
    oomKillsLocal: null,
    oomKillDisabled: null,
    underOom: null,
    oomGroup: false,
    stat: null,
    unreclaimableBytes: null,
    swappableBytes: null,
    children: [],
    processCount: 1,
    paths: { limit: null, high: null, memsw: null, swap: null, thpReclaim: null },
    ...facts,
  };
}

function aCpuset(path: string): CpusetCgroup {
  return {
    path,
    version: 2,
    directory: '',
    mems: '0',
    effectiveMems: [0],
    children: [],
    memoryMigrate: null,
    processCount: null,
    paths: { mems: '', effectiveMems: '' },
  };
}
