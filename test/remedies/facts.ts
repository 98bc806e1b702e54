import type { Host } from '../../src/host/host.js';
import type { IncidentFacts, RemedyContext } from '../../src/remedies/remedy.js';
import { type Files, hostOf, MiB } from '../actions/hosts.js';

/** An incident as a diagnosis gives it: the limit of /shop, 60 MiB, was hit. */
export function facts(change: Partial<IncidentFacts> = {}): IncidentFacts {
  return {
    id: '7f3a2c91',
    reportIds: ['7f3a2c91'],
    kind: 'oom-kill',
    killer: null,
    count: 1,
    time: null,
    firstTime: null,
    uptimeSeconds: null,
    hostName: null,
    kernel: null,
    cause: 'cgroup-limit',
    confidence: 'high',
    factors: [],
    factorDetails: [],
    balance: null,
    choice: null,
    summary: 'cart was killed at the limit of /shop, 60 MiB',
    trigger: null,
    constraint: 'memcg',
    limitCgroup: '/shop',
    taskCgroup: '/shop',
    levels: [],
    whose: { limit: null, task: null },
    aftermath: null,
    cpuset: { name: '/', path: null },
    limitBytes: 60 * MiB,
    usageBytes: 60 * MiB,
    failcnt: 26,
    nodes: null,
    victims: [],
    holders: [],
    freeBlocks: [],
    evidence: [],
    forgeable: false,
    borneOut: null,
    elsewhere: false,
    ...change,
  };
}

export function on(host: Host | null, earlier: { fromBytes: number; toBytes: number }[] = []): RemedyContext {
  return { host, earlierRaises: () => earlier };
}

export function onFiles(files: Files, earlier: { fromBytes: number; toBytes: number }[] = []): RemedyContext {
  return on(hostOf(files), earlier);
}

/** /proc/meminfo with these values (in bytes) in place of the usual ones. */
export function meminfo(files: Files, values: Record<string, number>): Files {
  const names = new Set(Object.keys(values));
  const rest = files['/proc/meminfo']!.split('\n').filter((line) => line && !names.has(line.split(':')[0]!));
  const lines = Object.entries(values).map(([name, bytes]) => `${name}: ${Math.floor(bytes / 1024)} kB`);
  return { ...files, '/proc/meminfo': `${[...rest, ...lines].join('\n')}\n` };
}

export function process(pid: number, comm: string, anonBytes: number, cgroup: string, adj = 0): Files {
  return {
    [`/proc/${pid}/status`]: `Name:\t${comm}\nUid:\t1000\t1000\t1000\t1000\nRssAnon:\t${anonBytes / 1024} kB\nRssFile:\t0 kB\nRssShmem:\t0 kB\nVmSwap:\t0 kB\n`,
    [`/proc/${pid}/cgroup`]: `0::${cgroup}\n`,
    [`/proc/${pid}/oom_score_adj`]: `${adj}\n`,
  };
}
