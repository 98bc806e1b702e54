import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { Action } from './action.js';
import { cgroupSchema } from './arguments.js';
import { ownerGuard } from './owner-guard.js';

type Mode = 'reclaim' | 'swap' | 'disable';

export interface ThpReclaimWith {
  cgroup: string;
  mode: Mode;
}

const modes: Mode[] = ['reclaim', 'swap', 'disable'];

/** Alibaba Cloud Linux: a huge page is split and the part of it that holds only zeros is given back. */
export const cgroupThpReclaim: Action<ThpReclaimWith, { mode: Mode }> = {
  name: 'cgroup.thp.reclaim',
  summary: 'Lets the kernel give back the unused part of huge pages in a cgroup (kernels with memory.thp_reclaim).',
  with: z.strictObject({ cgroup: cgroupSchema, mode: z.enum(modes) }),
  was: z.strictObject({ mode: z.enum(modes) }),
  reversible: true,
  lowestRisk: () => 'medium',

  plan({ cgroup, mode }, host) {
    const { path, now } = found(cgroup, host);
    if (now === mode) return { changes: [], was: { mode: now }, guards: [], unknowns: [] };
    return {
      changes: [{ kind: 'write', path, before: now, after: mode, undo: now, compare: 'brackets' }],
      was: { mode: now },
      guards: [ownerGuard([cgroup], host, () => null)],
      unknowns: [],
    };
  },

  verify({ cgroup, mode }, host) {
    const { now } = found(cgroup, host);
    return { ok: now === mode, text: `memory.thp_reclaim of ${cgroup} is ${now}, read back` };
  },
};

function found(cgroup: string, host: Host): { path: string; now: Mode } {
  const memory = host.cgroups.memory(cgroup);
  if (!memory) throw new UndoomError('guard.gone', `The cgroup ${cgroup} is gone`);
  const path = memory.paths.thpReclaim;
  const text = path === null ? null : (host.files.read(path)?.trim() ?? null);
  const word = text === null ? null : (/\[([a-z]+)\]/.exec(text)?.[1] ?? text);
  const now = modes.find((mode) => mode === word);
  if (path !== null && now !== undefined) return { path, now };
  const sentence = 'This kernel has no memory.thp_reclaim: it is in the kernels of Alibaba Cloud Linux';
  throw new UndoomError('guard.unsupported', sentence, {
    hint: 'transparent_hugepage/enabled set to madvise does part of it on any kernel (thp.set)',
  });
}
