import type { Host } from '../host/host.js';
import type { Factor } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { writeCommand } from '../text/quote.js';
import type { IncidentFacts, RemedyContext } from './remedy.js';

type Note = (incident: IncidentFacts, host: Host | null) => string | null;

/** What a person should know and could type for a factor that no playbook answers. */
const notes: Partial<Record<Factor, Note>> = {
  'low-zone'(_incident, host) {
    const now = host?.sysctl('vm.lowmem_reserve_ratio')?.trim().split(/\s+/) ?? [];
    const isRatio = now.length > 0 && now.every((part) => /^\d{1,9}$/.test(part));
    // a smaller number keeps more of the zone from those who can use a higher one (Documentation/admin-guide/sysctl/vm.rst)
    const halved = now.map((part) => (Number(part) > 1 ? Math.floor(Number(part) / 2) : Number(part))).join(' ');
    const command = isRatio ? `: sudo sysctl -w vm.lowmem_reserve_ratio='${halved}' (it is '${now.join(' ')}')` : '';
    return `Only a low zone was short, which neither more memory nor swap lifts: a driver asked for memory below an address (GFP_DMA, GFP_DMA32), or the kernel is a 32-bit one, where a 64-bit one is the cure. Keep more of the low zones from those who can use higher ones${command}.`;
  },
  'cma-only-free'(_incident, host) {
    const total = host?.meminfo?.CmaTotal;
    const half = total === undefined ? null : Math.floor(total / 2 / 2 ** 20);
    const change = half
      ? ` It is ${formatBytes(total!)} now: boot with cma=${half}M on the kernel's command line.`
      : '';
    return `What was free is set aside for devices (CMA), and only movable memory may use it meanwhile.${change} To see it: grep Cma /proc/meminfo.`;
  },
  'kernel-memory-limit'({ limitCgroup }, host) {
    const cgroup = limitCgroup === null ? null : host?.cgroups.memory(limitCgroup);
    const file = cgroup?.version === 1 ? `${cgroup.directory}/memory.kmem.limit_in_bytes` : null;
    const isThere = file !== null && host?.files.read(file) != null;
    const command = isThere ? ` To lift it: ${writeCommand(file, '-1')}.` : '';
    return `The separate limit of kernel memory was hit, which newer kernels no longer have (5.16 on).${command} Whoever made the cgroup sets it again: look for its kernel memory setting, or boot with cgroup.memory=nokmem.`;
  },
  'oom-group'({ levels, limitCgroup, whose }, host) {
    const marked = levels.find(({ path }) => host?.cgroups.memory(path)?.oomGroup === true)?.path ?? limitCgroup;
    if (whose.task?.kind === 'kubernetes') {
      return 'The kubelet ends all tasks of a container together (memory.oom.group): set singleProcessOOMKill: true in its configuration where one task should be ended alone.';
    }
    const unit = whose.task?.unit ?? null;
    if (unit?.endsWith('.service') && whose.task?.container === null) {
      return `All tasks of ${unit} are ended together (memory.oom.group, OOMPolicy=kill): set OOMPolicy=continue in its unit where one should be ended alone.`;
    }
    const cgroup = marked === null || marked === '/' ? null : host?.cgroups.memory(marked);
    const command = cgroup ? `: ${writeCommand(`${cgroup.directory}/memory.oom.group`, '0')}` : '';
    return `All tasks of the cgroup are ended together (memory.oom.group is 1), as whoever set it wanted. Where one should be ended alone${command || ', write 0 to it'}.`;
  },
  'init-leak'({ cause }, host) {
    // reexec-systemd answers the host's own shortage
    if (cause === 'global-memory' && (host?.init?.rssAnonBytes ?? 0) > 200e6) return null;
    const now = host?.init?.rssAnonBytes ?? null;
    const held = now === null ? '' : ` It holds ${formatBytes(now)} now.`;
    return `Process 1 held more than 200 MB at the kill, and is never killed.${held} Where it is systemd: sudo systemctl daemon-reexec.`;
  },
};

export function factorNotes(incident: IncidentFacts, { host }: RemedyContext): string[] {
  return incident.factors.flatMap((factor) => notes[factor]?.(incident, host) ?? []);
}
