import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host, MemoryCgroup } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import { formatBytes, formatLimit } from '../text/bytes.js';
import type { Action, Change, WriteChange } from './action.js';
import { cgroupSchema, foundLimitSchema, newLimitSchema } from './arguments.js';
import { ancestorsOf, cgroupOfFile, fileName } from './cgroup-tree.js';
import { hostReserveBytes } from './host-reserve.js';
import { isLower, isSameLimit, type Limit, limitText, parseLimit } from './limit.js';
import { heldBytes, heldWithSwapBytes, whyNotLower } from './memory-held.js';
import { ownerGuard } from './owner-guard.js';

export interface MemoryLimitWith {
  cgroup: string;
  limit: Limit;
}

export interface MemoryLimitWas {
  limit: Limit;
  /** v1 memory.memsw.limit_in_bytes, where it changes with the limit */
  swap?: Limit;
  /** v2 memory.high, where it changes with the limit */
  high?: Limit;
}

/** What systemd, container engines and batch systems put all of theirs below. */
const sharedRoot = /^\/(?:[^/]+\.slice|kubepods|docker|lxc|libpod_parent|slurm)$/;

export const cgroupMemoryLimit: Action<MemoryLimitWith, MemoryLimitWas> = {
  name: 'cgroup.memory.limit',
  summary: 'Sets the memory limit of a cgroup, with the limits that hang together with it.',
  with: z.strictObject({ cgroup: cgroupSchema, limit: newLimitSchema }),
  was: z.strictObject({
    limit: foundLimitSchema,
    swap: foundLimitSchema.optional(),
    high: foundLimitSchema.optional(),
  }),
  reversible: true,

  /** Lowering may kill, taking a limit away leaves the host to the workload, and a shared root's limit is everybody's. */
  lowestRisk({ cgroup, limit }, was) {
    if (limit === 'max' || sharedRoot.test(cgroup)) return 'high';
    return was !== null && isLower(limit, was.limit) ? 'high' : 'low';
  },

  plan({ cgroup: path, limit }, host) {
    const cgroup = found(path, host);
    const now = cgroup.limitBytes;
    const { paths } = cgroup;
    if (now === null || paths.limit === null) {
      throw new UndoomError('guard.unsupported', `${path} has no memory limit that can be set on this kernel`);
    }
    const limitChange = { path: paths.limit, from: now, to: limit };
    const was: MemoryLimitWas = { limit: now };
    const changes: LimitChange[] = [];
    let swap: Limit | null = null;
    if (!isSameLimit(now, limit, host.pageSizeBytes)) {
      changes.push(limitChange);
      swap = swapLimitFor(cgroup, now, limit);
      if (swap !== null && cgroup.memswLimitBytes !== null && paths.memsw !== null) {
        was.swap = cgroup.memswLimitBytes;
        const swapChange = { path: paths.memsw, from: was.swap, to: swap };
        // mem_cgroup_resize_max(): EINVAL wherever memory would be above memory and swap together
        if (isLower(swap, was.swap)) changes.push(swapChange);
        else changes.unshift(swapChange);
      }
      const high = cgroup.highBytes;
      if (isLower(now, limit) && high !== null && isLower(high, limit) && paths.high !== null) {
        was.high = high;
        changes.push({ path: paths.high, from: high, to: limit });
      }
    }
    return {
      changes: changes.map((change) => asWrite(change, cgroup.version, host)),
      was,
      guards: changes.length === 0 ? [] : guardsOf(cgroup, now, limit, swap, host),
      unknowns: [],
    };
  },

  verify({ cgroup: path, limit }, host) {
    const cgroup = host.cgroups.memory(path);
    if (!cgroup || cgroup.limitBytes === null || cgroup.paths.limit === null) {
      return { ok: false, text: `${path} is gone: its limit could not be read back` };
    }
    const ok = isSameLimit(cgroup.limitBytes, limit, host.pageSizeBytes);
    const reading = `${fileName(cgroup.paths.limit)} of ${path} is ${formatLimit(cgroup.limitBytes)}`;
    return { ok, text: ok ? `${reading}, read back` : `${reading}, not ${formatLimit(limit)}` };
  },

  guardUndo(changes, host) {
    return changes.flatMap((change) => undoGuardOf(change, host));
  },
};

interface LimitChange {
  path: string;
  from: Limit;
  to: Limit;
}

function found(path: string, host: Host): MemoryCgroup {
  const cgroup = host.cgroups.memory(path);
  if (cgroup) return cgroup;
  throw new UndoomError('guard.gone', `The cgroup ${path} is gone: there is nothing whose limit could be set`, {
    hint: 'A container or unit that was started anew may have a new cgroup: undoom diagnose shows those of now',
  });
}

/**
 * The limit of memory and swap together (v1) that goes with a new limit: the swap allowance between the two stays.
 * @returns null where it stays as it is: there is none, or it does not bind
 */
function swapLimitFor(cgroup: MemoryCgroup, now: Limit, limit: Limit): Limit | null {
  const swapNow = cgroup.memswLimitBytes;
  if (swapNow === null || swapNow === 'max') return null;
  if (limit === 'max') return 'max';
  const allowance = now === 'max' ? 0 : Math.max(0, swapNow - now);
  const swapHeld = Math.max(0, (cgroup.memswUsageBytes ?? 0) - (cgroup.usageBytes ?? 0));
  // what is swapped out already counts against it: below this sum the raised limit could not be filled
  if (isLower(now, limit) && swapNow >= limit + swapHeld) return null;
  return limit + allowance;
}

function asWrite({ path, from, to }: LimitChange, version: 1 | 2, host: Host): WriteChange {
  const before = host.files.read(path)?.trim() ?? limitText(from, version);
  return { kind: 'write', path, before, after: limitText(to, version), undo: before, compare: 'pages' };
}

function guardsOf(cgroup: MemoryCgroup, now: Limit, limit: Limit, swap: Limit | null, host: Host): GuardResult[] {
  const lowers = isLower(limit, now);
  return [
    boundsGuard(limit, host),
    ownerGuard([cgroup.path], host, (owner) => owner.setLimit?.(limit) ?? null),
    ancestorsGuard(cgroup, now, limit, host),
    lowers ? heldGuard(cgroup, limit, swap) : headroomGuard(cgroup, limit, host),
  ];
}

function boundsGuard(limit: Limit, host: Host): GuardResult {
  const id = 'bounds';
  if (limit === 'max') return { id, ok: true, text: 'no limit of its own' };
  if (limit < host.pageSizeBytes) {
    return { id, ok: false, text: `${formatBytes(limit)} is less than one page of ${formatBytes(host.pageSizeBytes)}` };
  }
  const total = host.meminfo?.MemTotal;
  if (total === undefined) return { id, ok: false, text: 'how much memory the host has could not be read' };
  const most = total + (host.meminfo?.SwapTotal ?? 0);
  if (limit > most) {
    return {
      id,
      ok: false,
      text: `${formatBytes(limit)} is more than the host's memory and swap, ${formatBytes(most)}`,
    };
  }
  return { id, ok: true, text: `between one page and the host's ${formatBytes(most)}` };
}

/** A limit binds with all of its ancestors' limits: above one of theirs it says what cannot come true. */
function ancestorsGuard(cgroup: MemoryCgroup, now: Limit, limit: Limit, host: Host): GuardResult {
  const id = 'ancestors';
  const limited = limitedAncestors(cgroup, host);
  const tightest = limited.reduce<(typeof limited)[number] | null>(
    (found, one) => (found === null || one.limit < found.limit ? one : found),
    null,
  );
  if (tightest === null) return { id, ok: true, text: `no cgroup above ${cgroup.path} has a limit` };
  const reading = `${tightest.cgroup.path}, above it, is limited to ${formatBytes(tightest.limit)}`;
  if (limit === 'max' ? !isLower(now, tightest.limit) : limit > tightest.limit) {
    return {
      id,
      ok: false,
      text: `${reading}: a limit of ${formatLimit(limit)} would not give ${cgroup.path} more than that`,
    };
  }
  return { id, ok: true, text: `${reading}, which leaves room for it` };
}

function limitedAncestors(cgroup: MemoryCgroup, host: Host): { cgroup: MemoryCgroup; limit: number }[] {
  return ancestorsOf(cgroup.path).flatMap((path) => {
    const ancestor = host.cgroups.memory(path);
    return ancestor && typeof ancestor.limitBytes === 'number'
      ? [{ cgroup: ancestor, limit: ancestor.limitBytes }]
      : [];
  });
}

/**
 * The cgroup may fill its new limit with what cannot be reclaimed. What it holds of that already is taken; its page
 * cache is not, as the host and its ancestors count that as room.
 */
function headroomGuard(cgroup: MemoryCgroup, limit: Limit, host: Host): GuardResult {
  const id = 'headroom';
  const limited = limitedAncestors(cgroup, host);
  const most = Math.min(limit === 'max' ? Number.POSITIVE_INFINITY : limit, ...limited.map((one) => one.limit));
  const growth = Math.max(0, most - (cgroup.unreclaimableBytes ?? 0));
  const available = host.meminfo?.MemAvailable;
  const reserve = hostReserveBytes(host);
  if (available === undefined || reserve === null) {
    return { id, ok: false, text: 'how much memory the host has available could not be read' };
  }
  for (const ancestor of limited) {
    const room = Math.max(0, ancestor.limit - heldByOthers(ancestor.cgroup, cgroup));
    if (most <= room) continue;
    const { path } = ancestor.cgroup;
    const text = `others in ${path} leave ${cgroup.path} ${formatBytes(room)} of its ${formatBytes(ancestor.limit)}: at ${formatLimit(limit)} the kernel would kill at the limit of ${path} instead`;
    return { id, ok: false, text };
  }
  if (growth === Number.POSITIVE_INFINITY) {
    const text = `without a limit of its own or above it, ${cgroup.path} could take the ${formatBytes(reserve)} that the host must keep`;
    return { id, ok: false, text };
  }
  const left = available - growth;
  if (left >= reserve) return { id, ok: true, text: `the host keeps ${formatBytes(left)}` };
  const text = `${cgroup.path} could grow by ${formatBytes(growth)}, and the host has ${formatBytes(available)} available: it must keep ${formatBytes(reserve)}`;
  return { id, ok: false, text };
}

/** What the others below an ancestor hold of its limit and do not give back. */
function heldByOthers(ancestor: MemoryCgroup, cgroup: MemoryCgroup): number {
  const known = ancestor.unreclaimableBytes !== null && cgroup.unreclaimableBytes !== null;
  const all = known ? ancestor.unreclaimableBytes : ancestor.usageBytes;
  const own = known ? cgroup.unreclaimableBytes : cgroup.usageBytes;
  return Math.max(0, (all ?? 0) - (own ?? 0));
}

function heldGuard(cgroup: MemoryCgroup, limit: Limit, swap: Limit | null): GuardResult {
  const refusal =
    whyNotLower(cgroup, limit, heldBytes(cgroup)) ??
    (swap === null ? null : whyNotLower(cgroup, swap, heldWithSwapBytes(cgroup)));
  if (refusal) return { id: 'held', ok: false, text: refusal };
  // not null: whyNotLower refuses what is not known
  const text = `${cgroup.path} holds ${formatBytes(heldBytes(cgroup) ?? 0)} that cannot be reclaimed`;
  return { id: 'held', ok: true, text };
}

function undoGuardOf(change: Change, host: Host): GuardResult[] {
  if (change.kind !== 'write' || change.undo === null) return [];
  const path = cgroupOfFile(change.path, host.cgroups.memoryMount);
  const cgroup = path === null ? null : host.cgroups.memory(path);
  const back = parseLimit(change.undo);
  // a cgroup that is gone has nothing to take back: execution says so when it opens the file
  if (!cgroup || back === null) return [];
  const { memsw, high } = cgroup.paths;
  const now =
    change.path === memsw ? cgroup.memswLimitBytes : change.path === high ? cgroup.highBytes : cgroup.limitBytes;
  if (now !== null && !isLower(back, now)) return [];
  const held = change.path === memsw ? heldWithSwapBytes(cgroup) : heldBytes(cgroup);
  const name = fileName(change.path);
  const refusal = whyNotLower(cgroup, back, held);
  if (refusal === null) {
    const holds = held === null ? '' : `: it holds ${formatBytes(held)} that cannot be reclaimed`;
    return [{ id: 'held', ok: true, text: `${name} of ${cgroup.path} can go back to ${formatLimit(back)}${holds}` }];
  }
  const text = `${name} of ${cgroup.path} is left at ${formatLimit(now ?? 'max')}: ${refusal}`;
  return [{ id: 'held', ok: false, text }];
}
