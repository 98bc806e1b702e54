import { ancestorsOf } from '../actions/cgroup-tree.js';
import type { Host, MemoryCgroup } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { shellQuote, writeCommand } from '../text/quote.js';
import type { RemedyMaker } from './remedy.js';

const MiB = 2 ** 20;

/** Through whoever writes the cgroup; undoom does not write memory.swap.max itself. */
export const allowCgroupSwap: RemedyMaker = {
  playbook: 'allow-cgroup-swap',
  causes: ['cgroup-limit', 'parent-cgroup-limit'],
  propose({ factors, limitCgroup: path }, { host }) {
    if (!factors.includes('swap-limit') || path === null || !host) return { remedy: null, note: null };
    const cgroup = host.cgroups.memory(path);
    if (!cgroup || typeof cgroup.limitBytes !== 'number') return { remedy: null, note: null };
    const free = host.meminfo?.SwapFree ?? 0;
    const allowance = Math.floor(Math.min(cgroup.limitBytes, free / 2) / MiB) * MiB;
    if (allowance < MiB) {
      const lacking = (host.meminfo?.SwapTotal ?? 0) === 0 ? 'has no swap' : 'has no swap to spare';
      return { remedy: null, note: `${path} may not swap, but letting it brings nothing: this host ${lacking}.` };
    }
    const above = closedAbove(path, host);
    const first = above === null ? '' : ` ${above} above it may not swap either: it comes first.`;
    return {
      remedy: {
        title: `Let ${path} swap ${formatBytes(allowance)}`,
        parameters: {
          instruction: `As much swap as its limit of memory, and at most half of the ${formatBytes(free)} that are free.${first}`,
          ...commandFor(cgroup, allowance, host),
        },
        why: 'At its limit it could only drop page cache, and then kill, while the host had swap free.',
      },
      note: null,
    };
  },
};

/** v2: each limit of swap above binds as well */
function closedAbove(path: string, { cgroups }: Host): string | null {
  return ancestorsOf(path).find((above) => cgroups.memory(above)?.swapLimitBytes === 0) ?? null;
}

function commandFor(cgroup: MemoryCgroup, allowance: number, { cgroups }: Host): { command?: string } {
  const { path, version, directory } = cgroup;
  const limit = cgroup.limitBytes as number;
  const { kind, name } = cgroups.owner(path);
  if (kind === 'nobody') {
    return version === 1
      ? { command: writeCommand(`${directory}/memory.memsw.limit_in_bytes`, String(limit + allowance)) }
      : { command: writeCommand(`${directory}/memory.swap.max`, String(allowance)) };
  }
  if (kind === 'systemd' && name !== null && path.endsWith(`/${name}`)) {
    const [sudo, user] = path.includes('/user@') ? ['', ' --user'] : ['sudo ', ''];
    return {
      command: `${sudo}systemctl${user} set-property --runtime ${shellQuote(name)} MemorySwapMax=${allowance}`,
    };
  }
  if ((kind === 'docker' || kind === 'podman') && name !== null) {
    const sudo = path.includes('/user@') ? '' : 'sudo ';
    const id = shellQuote(name.slice(0, 12));
    return { command: `${sudo}${kind} update --memory ${limit} --memory-swap ${limit + allowance} ${id}` };
  }
  return {};
}
