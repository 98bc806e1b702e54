import { parseList } from '../text/lists.js';
import { parseBuddyinfo } from './buddyinfo.js';
import { openCgroups } from './cgroups.js';
import type { HostFiles } from './files.js';
import type { Host, HostIdentity, InitProcess, SlabCache } from './host.js';
import { readHugePages, readTransparentHugePages } from './huge-pages.js';
import { integer, MalformedFile } from './malformed.js';
import { parseMeminfo } from './meminfo.js';
import { once } from './once.js';
import { parsePressure } from './pressure.js';
import { readProcesses } from './processes.js';
import { parseSlabinfo } from './slabinfo.js';
import { parseStatus } from './status.js';
import { parseSwaps } from './swaps.js';
import { parseKeyed } from './vmstat.js';
import { parseZoneinfo } from './zoneinfo.js';

/** A host behind its files. Nothing is read before it is asked for, and nothing twice. */
export function openHost(files: HostFiles): Host {
  const problems: string[] = [];
  /** what is malformed is told, and read as nothing */
  const parsed = <Result>(path: string, parse: (text: string, path: string) => Result): Result | null => {
    const text = files.read(path);
    if (text === null) {
      if (files.problem(path) === 'denied')
        problems.push(`${path} may not be read: run it with sudo to see what it tells`);
      return null;
    }
    try {
      return parse(text, path);
    } catch (error) {
      if (!(error instanceof MalformedFile)) throw error;
      problems.push(error.message);
      return null;
    }
  };
  const meminfo = once(() => parsed('/proc/meminfo', parseMeminfo));
  const vmstat = once(() => parsed('/proc/vmstat', parseKeyed));
  const pageSize = once(() => pageSizeOf(files, meminfo(), vmstat()));
  const hasSystemd = once(() => files.list('/run/systemd/system') !== null || isSystemd(files));
  const pressureOf = (what: string) => {
    const text = files.read(`/proc/pressure/${what}`);
    return text === null ? null : parsePressure(text);
  };
  const lazy = {
    identity: once(() => readIdentity(files)),
    zones: once(() => parsed('/proc/zoneinfo', (text, path) => parseZoneinfo(text, path, pageSize()))),
    buddy: once(() => parsed('/proc/buddyinfo', parseBuddyinfo)),
    memoryNodes: once(() => parseList(files.read('/sys/devices/system/node/has_memory') ?? '0') ?? [0]),
    hugePages: once(() => readHugePages(files)),
    transparentHugePages: once(() => readTransparentHugePages(files)),
    swaps: once(() => parsed('/proc/swaps', parseSwaps)),
    slabCaches: once(() => parsed('/proc/slabinfo', (text) => readSlabCaches(text, files, pageSize()))),
    pressure: once(() => ({ memory: pressureOf('memory'), io: pressureOf('io'), cpu: pressureOf('cpu') })),
    loadAverage: once(() => loadAverageOf(files.read('/proc/loadavg'))),
    cpuCount: once(() => parseList(files.read('/sys/devices/system/cpu/online') ?? '')?.length || null),
    init: once(() => readInit(files)),
    processes: once(() => readProcesses(files)),
    cgroups: once(() => {
      const free = meminfo()?.SwapFree ?? null;
      // a copy may not tell what process 1 was: then a unit's name is taken for what it looks like
      const mayHaveSystemd = hasSystemd() || files.read('/proc/1/comm') === null;
      return openCgroups(files, {
        freeSwapBytes: free,
        swappiness: integer(files.read(sysctlPath('vm.swappiness'))?.trim()),
        mayHaveSystemd,
      });
    }),
  };
  const host = {
    files,
    problems,
    sysctlPath,
    sysctl: (key: string) => files.read(sysctlPath(key))?.trim() ?? null,
  } as unknown as Host;
  const getters = { ...lazy, meminfo, vmstat, hasSystemd, pageSizeBytes: pageSize };
  for (const [name, get] of Object.entries(getters)) Object.defineProperty(host, name, { get, enumerable: true });
  return host;
}

/** `vm.min_free_kbytes` is /proc/sys/vm/min_free_kbytes (sysctl(8)). */
function sysctlPath(key: string): string {
  return `/proc/sys/${key.split('.').join('/')}`;
}

function readIdentity(files: HostFiles): HostIdentity {
  const first = (...paths: string[]) => {
    for (const path of paths) {
      const text = files.read(path)?.trim();
      if (text) return text;
    }
    return null;
  };
  const bootTime = /^btime (\d{1,12})$/m.exec(files.read('/proc/stat') ?? '');
  return {
    name: first('/proc/sys/kernel/hostname', '/etc/hostname', '/hostname'),
    machineId: first('/etc/machine-id'),
    kernel:
      first('/proc/sys/kernel/osrelease') ??
      /^Linux version (\S+)/.exec(files.read('/proc/version') ?? '')?.[1] ??
      null,
    bootTimeMs: bootTime ? Number(bootTime[1]) * 1000 : null,
  };
}

/** The same free memory is counted in pages and in kB: what lies between is the page size, a power of two. */
function pageSizeOf(
  files: HostFiles,
  meminfo: Record<string, number> | null,
  vmstat: Record<string, number> | null,
): number {
  const smaps = /^KernelPageSize: +(\d{1,6}) kB$/m.exec(files.read('/proc/self/smaps') ?? '');
  if (smaps) return Number(smaps[1]) * 1024;
  const [bytes, pages] = [meminfo?.MemFree, vmstat?.nr_free_pages];
  if (!bytes || !pages) return 4096;
  const exponent = Math.round(Math.log2(bytes / pages));
  return exponent >= 12 && exponent <= 16 ? 2 ** exponent : 4096;
}

function isSystemd(files: HostFiles): boolean {
  return files.read('/proc/1/comm')?.trim() === 'systemd';
}

function readInit(files: HostFiles): InitProcess | null {
  const text = files.read('/proc/1/status');
  const status = text === null ? null : parseStatus(text);
  return status && { comm: status.comm, rssAnonBytes: status.rssAnonBytes, isSystemd: isSystemd(files) };
}

function readSlabCaches(text: string, files: HostFiles, pageSizeBytes: number): SlabCache[] {
  return parseSlabinfo(text, pageSizeBytes).map((cache) => {
    const account = integer(files.read(`/sys/kernel/slab/${cache.name}/reclaim_account`)?.trim());
    return { ...cache, reclaimable: account === null ? null : account === 1 };
  });
}

/** /proc/loadavg: `0.20 0.18 0.12 1/80 11206` */
function loadAverageOf(text: string | null): [number, number, number] | null {
  const match = /^([\d.]+) ([\d.]+) ([\d.]+) /.exec(text ?? '');
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}
