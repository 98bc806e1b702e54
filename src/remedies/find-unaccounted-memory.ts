import type { Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import type { RemedyMaker } from './remedy.js';

/** What /proc/meminfo counts once each; the rest of MemTotal nobody owns. */
const counters = [
  'MemFree',
  'Buffers',
  'Cached',
  'SwapCached',
  'AnonPages',
  'Slab',
  'KernelStack',
  'PageTables',
  'SecPageTables',
  'Percpu',
  'Hugetlb',
  'Bounce',
];

export const findUnaccountedMemory: RemedyMaker = {
  playbook: 'find-unaccounted-memory',
  causes: ['global-memory'],
  propose({ factors }, { host }) {
    if (!factors.includes('unaccounted-memory')) return { remedy: null, note: null };
    const arc = host ? arcOf(host) : null;
    const tells = host ? [gapOf(host), arc?.text ?? null, ...balloonsOf(host), gpuOf(host)].filter(isText) : [];
    const known = tells.length > 0 ? `${tells.join('; ')}. ` : '';
    return {
      remedy: {
        title: arc ? 'Bound the cache of ZFS' : 'Find the memory that no counter owns',
        parameters: {
          instruction: `${known}${arc ? 'The cache of ZFS gives way slowly: a bound keeps room for programs.' : 'Look at what the drivers of the host say of themselves: a balloon (at the hypervisor), a graphics card, network cards with large rings.'}`,
          command: arc ? arc.command : 'sudo sort -k 2 -n -r /proc/vmallocinfo | head',
        },
        why: 'Much of the memory was in no counter of the kernel: no kill gives it back.',
      },
      note: null,
    };
  },
};

function isText(text: string | null): text is string {
  return text !== null;
}

function gapOf({ meminfo }: Host): string | null {
  const total = meminfo?.MemTotal;
  if (total === undefined) return null;
  const gap = total - counters.reduce((sum, key) => sum + (meminfo![key] ?? 0), 0);
  return gap > 0 ? `Of ${formatBytes(total)}, ${formatBytes(gap)} are in no counter of /proc/meminfo now` : null;
}

/** /proc/spl/kstat/zfs/arcstats: name, type, data */
function arcOf(host: Host): { text: string; command: string } | null {
  const text = host.files.read('/proc/spl/kstat/zfs/arcstats');
  const value = (name: string) => {
    const match = new RegExp(`^${name}\\s+\\d+\\s+(\\d{1,16})$`, 'm').exec(text ?? '');
    return match ? Number(match[1]) : null;
  };
  const [size, most, least] = [value('size'), value('c_max'), value('c_min')];
  if (size === null || most === null) return null;
  const bound = Math.max(Math.floor(size / 2), least ?? 0);
  return {
    text: `the cache of ZFS (ARC) holds ${formatBytes(size)}, and may hold ${formatBytes(most)}`,
    command: `printf %s ${bound} | sudo tee /sys/module/zfs/parameters/zfs_arc_max`,
  };
}

function balloonsOf({ files }: Host): string[] {
  const kilobytes = (path: string) => {
    const text = files.read(path)?.trim();
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) * 1024 : null;
  };
  const xen = '/sys/devices/system/xen_memory/xen_memory0';
  const [now, target] = [kilobytes(`${xen}/info/current_kb`), kilobytes(`${xen}/target_kb`)];
  const found: string[] = [];
  if (now !== null) {
    found.push(
      `Xen leaves this host ${formatBytes(now)}${target === null ? '' : ` (its target is ${formatBytes(target)})`}`,
    );
  }
  const devices = (driver: string) => files.list(driver)?.some((name) => /^(?:virtio\d|[0-9a-f-]{36})/.test(name));
  if (devices('/sys/bus/virtio/drivers/virtio_balloon')) {
    found.push('a virtio balloon may have taken memory for the hypervisor');
  }
  if (devices('/sys/bus/vmbus/drivers/hv_balloon')) found.push('Hyper-V may have taken memory (hv_balloon)');
  const vmware = /^current:\s+(\d{1,15}) pages/m.exec(files.read('/sys/kernel/debug/vmmemctl') ?? '');
  if (vmware) found.push(`the balloon of VMware holds ${formatBytes(Number(vmware[1]) * 4096)}`);
  return found;
}

function gpuOf({ files }: Host): string | null {
  if (files.list('/proc/driver/nvidia/gpus')?.length) return 'the driver of NVIDIA is loaded, which counts no memory';
  const cards = files.list('/sys/class/drm')?.filter((name) => /^card\d+$/.test(name)) ?? [];
  return cards.length > 0 ? `a graphics driver is loaded (${cards.join(', ')}), whose buffers may be in memory` : null;
}
