import type { Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import type { Proposal, RemedyMaker } from './remedy.js';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
/** On these a plain file cannot hold swap, or what is written to it is memory again. */
const unfit = ['zfs', 'overlay', 'tmpfs', 'ramfs', 'nfs', 'nfs4', '9p', 'virtiofs', 'squashfs'];

/** A person decides: a file on disk, or compressed memory where the root file system holds no swap. */
export const addSwap: RemedyMaker = {
  playbook: 'add-swap',
  causes: ['global-memory', 'memory-node'],
  propose({ factors }, { host }): Proposal {
    const isFull = factors.includes('swap-exhausted');
    if (!isFull && !factors.includes('no-swap')) return { remedy: null, note: null };
    const why = isFull
      ? 'The swap was full: what processes had touched once could go nowhere.'
      : 'The host has no swap: what processes touch once stays in memory.';
    const total = host?.meminfo?.MemTotal;
    if (!host || total === undefined) {
      const instruction =
        'Add a swap file of a quarter of memory, at least 1 GiB and at most 8 GiB, or zram of half of memory; diagnose on the host itself for the command.';
      return { remedy: { title: 'Add swap', parameters: { instruction }, why }, note: null };
    }
    const { size, command, place } = swapFor(host, total);
    const kubelet = ['/kubepods', '/kubepods.slice'].some((path) => host.cgroups.memory(path))
      ? ' This is a Kubernetes node: set failSwapOn: false and memorySwap in the configuration of the kubelet first, or it will not start again.'
      : '';
    return {
      remedy: {
        title: `Add ${formatBytes(size)} of swap`,
        parameters: {
          instruction: `${place} It gives time to react, and fills as well where something leaks.${kubelet}`,
          command,
        },
        why,
      },
      note: null,
    };
  },
};

function swapFor(host: Host, total: number): { size: number; command: string; place: string } {
  const type = rootType(host);
  if (type !== null && unfit.includes(type)) {
    const size = wholeMiB(Math.min(total / 2, 4 * GiB));
    return {
      size,
      command: `sudo modprobe zram && device=$(sudo zramctl --find --size ${size / MiB}M --algorithm zstd) && sudo mkswap "$device" && sudo swapon --priority 100 "$device"`,
      place: `Compressed memory (zram) of half of memory, at most 4 GiB, as ${type} holds no swap file; what is in it takes about a third. Until the next boot: zram-generator keeps it.`,
    };
  }
  const size = wholeMiB(Math.min(Math.max(total / 4, GiB), 8 * GiB));
  const used = new Set((host.swaps ?? []).map(({ name }) => name));
  const file = ['/swapfile', '/swapfile2', '/swapfile3'].find((name) => !used.has(name)) ?? '/swapfile4';
  const make =
    type === 'btrfs'
      ? `sudo btrfs filesystem mkswapfile --size ${size / MiB}m ${file}`
      : `sudo dd if=/dev/zero of=${file} bs=1M count=${size / MiB} conv=excl && sudo chmod 600 ${file} && sudo mkswap ${file}`;
  return {
    size,
    command: `${make} && sudo swapon ${file} && echo '${file} none swap defaults 0 0' | sudo tee -a /etc/fstab`,
    place: `A file of a quarter of memory, at least 1 GiB and at most 8 GiB, kept by /etc/fstab.`,
  };
}

function wholeMiB(bytes: number): number {
  return Math.ceil(bytes / MiB) * MiB;
}

function rootType(host: Host): string | null {
  const mounts = (host.files.read('/proc/mounts') ?? '').split('\n').map((line) => line.split(' '));
  return mounts.findLast(([, mountPoint]) => mountPoint === '/')?.[2] ?? null;
}
