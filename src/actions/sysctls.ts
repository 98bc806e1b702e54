import type { Host } from '../host/host.js';

/** The sysctls that a playbook may set, each with the least and the most that a host survives, and why. */
export interface Sysctl {
  least: number;
  most: number;
  /** the most on this host, where that is less; null where the host does not tell */
  mostOn?(host: Host): number | null;
  why: string;
}

export const sysctls = {
  'vm.min_free_kbytes': {
    least: 1024,
    most: 2 ** 31 - 1,
    mostOn: (host) => (host.meminfo?.MemTotal === undefined ? null : Math.floor((host.meminfo.MemTotal * 0.05) / 1024)),
    why: 'below 1024 the kernel can deadlock under load; above 5% of memory it may kill at once (Documentation/admin-guide/sysctl/vm.rst)',
  },
  'vm.watermark_scale_factor': {
    least: 1,
    most: 3000,
    mostOn: (host) => (isKernelFrom(host, 5, 17) ? 3000 : 1000),
    why: 'in ten thousandths of memory: the kernel takes 1000, and 3000 from 5.17 on',
  },
  'vm.compaction_proactiveness': { least: 0, most: 100, why: 'a percentage: 0 is off' },
  'vm.compact_unevictable_allowed': { least: 0, most: 1, why: '1 lets compaction move locked pages, 0 does not' },
} satisfies Record<string, Sysctl>;

export type SysctlKey = keyof typeof sysctls;

export const sysctlKeys = Object.keys(sysctls) as SysctlKey[];

function isKernelFrom(host: Host, major: number, minor: number): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})/.exec(host.identity.kernel ?? '');
  if (!match) return false;
  return Number(match[1]) > major || (Number(match[1]) === major && Number(match[2]) >= minor);
}
