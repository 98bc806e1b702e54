import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { CpusetCgroup, Host } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import { formatBytes } from '../text/bytes.js';
import { formatList, parseList } from '../text/lists.js';
import type { Action, WriteChange } from './action.js';
import { cgroupSchema, foundNodesSchema, newNodesSchema } from './arguments.js';
import { ancestorsOf, cgroupOfFile } from './cgroup-tree.js';
import { freeOnNodesBytes, heldOnNodesBytes } from './node-memory.js';
import { ownerGuard } from './owner-guard.js';

export interface CpusetMemsWith {
  cgroup: string;
  nodes: string;
}

export interface CpusetMemsWas {
  nodes: string;
  /** those above it that must allow the nodes first */
  ancestors?: Record<string, string>;
}

export const cgroupCpusetMems: Action<CpusetMemsWith, CpusetMemsWas> = {
  name: 'cgroup.cpuset.mems',
  summary: 'Sets the memory nodes that a cgroup may use, with those of each cgroup above it that must allow them.',
  with: z.strictObject({ cgroup: cgroupSchema, nodes: newNodesSchema }),
  was: z.strictObject({
    nodes: foundNodesSchema,
    ancestors: z.record(cgroupSchema, foundNodesSchema).optional(),
  }),
  reversible: true,
  lowestRisk: () => 'medium',

  plan({ cgroup: path, nodes }, host) {
    const cpuset = found(path, host);
    const wanted = nodesOf(nodes);
    const was: CpusetMemsWas = { nodes: normal(cpuset.mems) };
    if (standsAlready(cpuset, wanted)) return { changes: [], was, guards: [], unknowns: [] };
    const ancestors = ancestorsToWiden(path, wanted, host);
    if (ancestors.length > 0) {
      was.ancestors = Object.fromEntries(ancestors.map(({ cpuset: { path, mems } }) => [path, normal(mems)]));
    }
    return {
      // v1: a child is a subset of its parent (validate_change() in kernel/cgroup/cpuset-v1.c), so the highest is first
      changes: [...ancestors, { cpuset, nodes: wanted }].map((widened) => asWrite(widened, host)),
      was,
      guards: guardsOf(cpuset, wanted, ancestors, host),
      unknowns: [],
    };
  },

  observe({ cgroup }, host) {
    return { effectiveNodes: formatList(host.cgroups.cpuset(cgroup)?.effectiveMems ?? []) };
  },

  /** v2 takes nodes that the cgroups above do not allow, and does nothing: only cpuset.mems.effective tells. */
  verify({ cgroup: path, nodes }, host, before) {
    const cpuset = host.cgroups.cpuset(path);
    if (!cpuset) return { ok: false, text: `${path} is gone: its nodes could not be read back` };
    const ok = formatList(cpuset.effectiveMems) === formatList(nodesOf(nodes));
    const effective = formatList(cpuset.effectiveMems) || 'none';
    const text = `${path} may use ${nodeWord(cpuset.effectiveMems)} ${effective}`;
    if (ok) return { ok, text: `${text}; it was ${String(before.effectiveNodes ?? 'not known')}` };
    return { ok, text: `${text}, not ${nodes}: what is above it does not allow them all` };
  },

  guardUndo(changes, host) {
    return changes.flatMap((change) => {
      const path = cgroupOfFile(change.path, host.cgroups.cpusetMount);
      const cpuset = path === null ? null : host.cgroups.cpuset(path);
      if (change.kind !== 'write' || change.undo === null || !cpuset) return [];
      const back = parseList(change.undo);
      if (back === null) return [];
      // '' on v2 is what the cgroups above allow
      const nodes = back.length > 0 ? back : effectiveOfParent(cpuset, host);
      return [narrowingGuard(cpuset, nodes, host)];
    });
  },
};

interface Widened {
  cpuset: CpusetCgroup;
  nodes: number[];
}

function found(path: string, host: Host): CpusetCgroup {
  const cpuset = host.cgroups.cpuset(path);
  if (!cpuset) {
    throw new UndoomError('guard.gone', `The cgroup ${path} is gone: there is nothing whose memory nodes could be set`);
  }
  if (host.files.read(cpuset.paths.mems) !== null) return cpuset;
  throw new UndoomError('guard.unsupported', `${path} has no cpuset.mems: the cpuset controller is not on for it`, {
    hint: 'Each cgroup above it must have cpuset in its cgroup.subtree_control',
  });
}

/** The schemas let nothing else through. */
function nodesOf(list: string): number[] {
  return parseList(list) ?? [];
}

function normal(list: string): string {
  return formatList(nodesOf(list));
}

function nodeWord(nodes: number[]): string {
  return nodes.length === 1 ? 'node' : 'nodes';
}

function standsAlready(cpuset: CpusetCgroup, wanted: number[]): boolean {
  const effective = formatList(cpuset.effectiveMems) === formatList(wanted);
  return effective && (normal(cpuset.mems) === formatList(wanted) || normal(cpuset.mems) === '');
}

/** v2: one that names no nodes allows what the one above it does. */
function ancestorsToWiden(path: string, wanted: number[], host: Host): Widened[] {
  return ancestorsOf(path).flatMap((ancestor) => {
    const cpuset = ancestor === '/' ? null : host.cgroups.cpuset(ancestor);
    if (!cpuset) return [];
    const allowed = nodesOf(cpuset.mems);
    const inherits = allowed.length === 0 && cpuset.version === 2;
    if (inherits || wanted.every((node) => allowed.includes(node))) return [];
    return [{ cpuset, nodes: [...new Set([...allowed, ...wanted])].sort((a, b) => a - b) }];
  });
}

function asWrite({ cpuset, nodes }: Widened, host: Host): WriteChange {
  const before = host.files.read(cpuset.paths.mems)?.trim() ?? cpuset.mems;
  return {
    kind: 'write',
    path: cpuset.paths.mems,
    before,
    after: formatList(nodes),
    // a write of no bytes reaches no kernel file: a line break is how an empty list is written
    undo: before === '' ? '\n' : before,
    compare: 'list',
  };
}

function guardsOf(cpuset: CpusetCgroup, wanted: number[], ancestors: Widened[], host: Host): GuardResult[] {
  const written = [...ancestors.map(({ cpuset: { path } }) => path), cpuset.path];
  return [
    nodesGuard(wanted, host),
    ownerGuard(written, host, (owner, path) => {
      const widened = ancestors.find((ancestor) => ancestor.cpuset.path === path);
      return owner.setNodes?.(formatList(widened?.nodes ?? wanted)) ?? null;
    }),
    ancestorsGuard(ancestors),
    narrowingGuard(cpuset, wanted, host),
  ];
}

function nodesGuard(wanted: number[], host: Host): GuardResult {
  const missing = wanted.filter((node) => !host.memoryNodes.includes(node));
  const has = `the host has memory on ${nodeWord(host.memoryNodes)} ${formatList(host.memoryNodes) || 'none that could be read'}`;
  if (missing.length === 0) return { id: 'nodes', ok: true, text: has };
  return { id: 'nodes', ok: false, text: `${nodeWord(missing)} ${formatList(missing)} cannot be used: ${has}` };
}

function ancestorsGuard(ancestors: Widened[]): GuardResult {
  const text =
    ancestors.length === 0
      ? 'every cgroup above it allows these nodes'
      : `${ancestors.map(({ cpuset, nodes }) => `${cpuset.path} must allow ${formatList(nodes)}`).join(', then ')} first`;
  return { id: 'ancestors', ok: true, text };
}

/**
 * Nodes are not taken from under pages that would not fit on those that stay: v2 moves the pages since 5.15, v1 with
 * cpuset.memory_migrate, and what finds no room is reclaimed or killed.
 */
function narrowingGuard(cpuset: CpusetCgroup, nodes: number[], host: Host): GuardResult {
  const id = 'held';
  const taken = cpuset.effectiveMems.filter((node) => !nodes.includes(node));
  if (taken.length === 0) return { id, ok: true, text: 'no node is taken away' };
  const from = `${nodeWord(taken)} ${formatList(taken)}`;
  const user = cpuset.version === 1 ? childWith(cpuset, taken, host) : null;
  if (user) {
    return {
      id,
      ok: false,
      text: `${user.path}, below ${cpuset.path}, may still use ${normal(user.mems)}: the kernel would not take ${from} away`,
    };
  }
  const held = heldOnNodesBytes(cpuset, taken, host);
  const free = freeOnNodesBytes(nodes, host);
  if (held === null || free === null) {
    return {
      id,
      ok: false,
      text: `how much ${cpuset.path} holds on ${from}, or what is free elsewhere, could not be read`,
    };
  }
  const kept = `${nodeWord(nodes)} ${formatList(nodes) || 'none'}`;
  const sum = `${cpuset.path} holds at most ${formatBytes(held)} on ${from}, and ${formatBytes(free)} are free on ${kept}`;
  return held <= free ? { id, ok: true, text: sum } : { id, ok: false, text: `${sum}: its pages would not fit there` };
}

function childWith(cpuset: CpusetCgroup, taken: number[], host: Host): CpusetCgroup | null {
  for (const path of cpuset.children) {
    const child = host.cgroups.cpuset(path);
    if (child && nodesOf(child.mems).some((node) => taken.includes(node))) return child;
  }
  return null;
}

function effectiveOfParent(cpuset: CpusetCgroup, host: Host): number[] {
  const parent = ancestorsOf(cpuset.path).at(-1);
  return (parent !== undefined && host.cgroups.cpuset(parent)?.effectiveMems) || host.memoryNodes;
}
