import { UndoomError } from '../errors.js';
import type { CgroupOwner, Host, MemoryCgroup } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import { formatBytes } from '../text/bytes.js';
import { shellQuote } from '../text/quote.js';
import type { StepPlan, WriteChange } from './action.js';
import { ancestorsOf } from './cgroup-tree.js';
import { hostReserveBytes } from './host-reserve.js';
import { isSameLimit, type Limit, limitText } from './limit.js';
import { ownerGuard } from './owner-guard.js';

export interface MemoryMinWas {
  min: Limit;
  /** those above it that must protect as much first */
  ancestors?: Record<string, Limit>;
}

/** What protecting a cgroup comes down to: apart from the action, since a diagnosis has no time to load its schemas. */
export function planMemoryMin(path: string, min: number, host: Host): StepPlan<MemoryMinWas> {
  const cgroup = found(path, host);
  const now = cgroup.minBytes!;
  const was: MemoryMinWas = { min: now };
  if (isSameLimit(now, min, host.pageSizeBytes)) return { changes: [], was, guards: [], unknowns: [] };
  const ancestors = ancestorsToRaise(cgroup, min, host);
  if (ancestors.length > 0) {
    was.ancestors = Object.fromEntries(ancestors.map(({ cgroup: { path, minBytes } }) => [path, minBytes!]));
  }
  return {
    // the highest first: until all of them protect it the last one does nothing
    changes: [...ancestors, { cgroup, min }].map((raised) => asWrite(raised, host)),
    was,
    guards: guardsOf(cgroup, min, ancestors, host),
    unknowns: [],
  };
}

interface Raised {
  cgroup: MemoryCgroup;
  min: number;
}

function found(path: string, host: Host): MemoryCgroup {
  const cgroup = host.cgroups.memory(path);
  if (!cgroup) {
    throw new UndoomError('guard.gone', `The cgroup ${path} is gone: there is nothing that could be protected`, {
      hint: 'A container or unit that was started anew may have a new cgroup: undoom diagnose shows those of now',
    });
  }
  if (cgroup.version === 2 && cgroup.minBytes !== null) return cgroup;
  throw new UndoomError('guard.unsupported', `${path} has no memory.min: it came with cgroup v2 (4.18)`, {
    hint: 'On cgroup v1 nothing keeps memory from being reclaimed; oom_score_adj keeps a process from being killed',
  });
}

/** Each cgroup above, but the root, must protect what those right below it protect together. */
function ancestorsToRaise(cgroup: MemoryCgroup, min: number, host: Host): Raised[] {
  const raised: Raised[] = [];
  let below: Raised = { cgroup, min };
  for (const path of ancestorsOf(cgroup.path).reverse()) {
    const ancestor = path === '/' ? null : host.cgroups.memory(path);
    if (!ancestor || ancestor.minBytes === null || ancestor.minBytes === 'max') break;
    const needed = protectedBelow(ancestor, below, host);
    if (ancestor.minBytes >= needed || min === 0) break;
    below = { cgroup: ancestor, min: needed };
    raised.unshift(below);
  }
  return raised;
}

/** What those right below a cgroup protect, with the planned value of one of them. */
function protectedBelow(parent: MemoryCgroup, planned: Raised, host: Host): number {
  return parent.children.reduce((sum, path) => {
    if (path === planned.cgroup.path) return sum + planned.min;
    const own = host.cgroups.memory(path);
    // "all of it" protects no more than is held
    const min = own?.minBytes === 'max' ? (own.usageBytes ?? 0) : (own?.minBytes ?? 0);
    return sum + min;
  }, 0);
}

function asWrite({ cgroup, min }: Raised, host: Host): WriteChange {
  const path = `${cgroup.directory}/memory.min`;
  const before = host.files.read(path)?.trim() ?? limitText(cgroup.minBytes!, 2);
  return { kind: 'write', path, before, after: String(min), undo: before, compare: 'pages' };
}

function guardsOf(cgroup: MemoryCgroup, min: number, ancestors: Raised[], host: Host): GuardResult[] {
  const written = [...ancestors.map(({ cgroup: { path } }) => path), cgroup.path];
  return [
    boundsGuard(cgroup, min, host),
    ownerGuard(written, host, (owner, path) => {
      const raised = ancestors.find((ancestor) => ancestor.cgroup.path === path);
      return unitCommand(owner, path, raised?.min ?? min);
    }),
    ancestorsGuard(ancestors),
    reserveGuard(cgroup, min, host),
  ];
}

/** systemd.resource-control(5): MemoryMin= of a unit */
function unitCommand({ kind, name }: CgroupOwner, path: string, min: number): string | null {
  if (kind !== 'systemd' || name === null) return null;
  const [sudo, user] = path.includes('/user@') ? ['', ' --user'] : ['sudo ', ''];
  return `${sudo}systemctl${user} set-property --runtime ${shellQuote(name)} MemoryMin=${min}`;
}

/** More than a cgroup may hold protects nothing more, and says what cannot come true. */
function boundsGuard({ path, limitBytes, highBytes }: MemoryCgroup, min: number, host: Host): GuardResult {
  const id = 'bounds';
  if (min === 0) return { id, ok: true, text: `nothing of ${path} is protected any more` };
  if (min < host.pageSizeBytes) {
    return { id, ok: false, text: `${formatBytes(min)} is less than one page of ${formatBytes(host.pageSizeBytes)}` };
  }
  const own = [limitBytes, highBytes].filter((limit) => typeof limit === 'number');
  const most = Math.min(...own);
  if (min > most) {
    return { id, ok: false, text: `${path} may hold ${formatBytes(most)}: ${formatBytes(min)} cannot be protected` };
  }
  const bound = own.length === 0 ? 'it has no limit of its own' : `it may hold ${formatBytes(most)}`;
  return { id, ok: true, text: `at least one page, and ${bound}` };
}

function ancestorsGuard(ancestors: Raised[]): GuardResult {
  const text =
    ancestors.length === 0
      ? 'every cgroup above it protects as much'
      : `${ancestors.map(({ cgroup, min }) => `${cgroup.path} must protect ${formatBytes(min)}`).join(', then ')} first`;
  return { id: 'ancestors', ok: true, text };
}

/**
 * Protected memory is nobody else's: at each level all of it together must leave something of the limit, and on the
 * host its reserve. Beyond that the kernel kills elsewhere while protected page cache lies idle.
 */
function reserveGuard(cgroup: MemoryCgroup, min: number, host: Host): GuardResult {
  const id = 'reserve';
  const total = host.meminfo?.MemTotal;
  const reserve = hostReserveBytes(host);
  if (total === undefined || reserve === null) {
    return { id, ok: false, text: 'how much memory the host has could not be read' };
  }
  let below: Raised = { cgroup, min };
  for (const path of ancestorsOf(cgroup.path).reverse()) {
    const ancestor = host.cgroups.memory(path);
    if (!ancestor) continue;
    const sum = protectedBelow(ancestor, below, host);
    const { limitBytes } = ancestor;
    if (typeof limitBytes === 'number' && sum > limitBytes) {
      const text = `below ${path} ${formatBytes(sum)} would be protected, and its limit is ${formatBytes(limitBytes)}`;
      return { id, ok: false, text };
    }
    if (path === '/') {
      const left = total - sum;
      const text = `all cgroups together protect ${formatBytes(sum)} of the host's ${formatBytes(total)}`;
      if (left >= reserve) return { id, ok: true, text };
      return { id, ok: false, text: `${text}: it must keep ${formatBytes(reserve)}` };
    }
    const own = typeof ancestor.minBytes === 'number' ? ancestor.minBytes : 0;
    below = { cgroup: ancestor, min: min === 0 ? own : Math.max(own, sum) };
  }
  return { id, ok: false, text: 'what is protected on the host could not be read' };
}
