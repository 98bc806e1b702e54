import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import { formatBytes } from '../text/bytes.js';
import type { Action, Change } from './action.js';
import { integerSchema } from './arguments.js';
import { hostReserveBytes } from './host-reserve.js';
import { type Sysctl, type SysctlKey, sysctlKeys, sysctls } from './sysctls.js';

export interface SysctlWith {
  key: SysctlKey;
  value: number;
}

const valueSchema = integerSchema(0, Number.MAX_SAFE_INTEGER);

export const sysctlSet: Action<SysctlWith, { value: number }> = {
  name: 'sysctl.set',
  summary: `Sets one of these sysctls until the next boot: ${sysctlKeys.join(', ')}.`,
  with: z.strictObject({ key: z.enum(sysctlKeys), value: valueSchema }).superRefine(({ key, value }, context) => {
    const { least, most, why } = sysctls[key];
    if (value >= least && value <= most) return;
    const message = `is not between ${least} and ${most}: ${why}`;
    context.addIssue({ code: 'custom', path: ['value'], message, input: value });
  }),
  was: z.strictObject({ value: valueSchema }),
  reversible: true,
  lowestRisk: () => 'medium',

  plan({ key, value }, host) {
    const now = currentValue(key, host);
    if (now === value) return { changes: [], was: { value: now }, guards: [], unknowns: [] };
    const path = host.sysctlPath(key);
    return {
      changes: [
        { kind: 'write', path, before: String(now), after: String(value), undo: String(now), compare: 'number' },
      ],
      was: { value: now },
      guards: [
        boundsGuard(key, value, host),
        ...(key === 'vm.min_free_kbytes' ? [reserveGuard(now, value, host)] : []),
      ],
      unknowns: [],
    };
  },

  verify({ key, value }, host) {
    const now = currentValue(key, host);
    return { ok: now === value, text: `${key} is ${now}, read back` };
  },

  guardUndo(changes, host) {
    return changes.flatMap((change) => minFreeUndoGuard(change, host));
  },
};

function currentValue(key: SysctlKey, host: Host): number {
  const text = host.sysctl(key)?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UndoomError('guard.unsupported', `This kernel has no ${key}`);
}

function boundsGuard(key: SysctlKey, value: number, host: Host): GuardResult {
  const { least, most, mostOn, why }: Sysctl = sysctls[key];
  const here = mostOn ? mostOn(host) : most;
  if (here === null)
    return { id: 'bounds', ok: false, text: `the most that ${key} may be here could not be worked out` };
  const bound = Math.min(most, here);
  if (value >= least && value <= bound) return { id: 'bounds', ok: true, text: `${key} is ${least} to ${bound} here` };
  return { id: 'bounds', ok: false, text: `${key} is ${least} to ${bound} here, not ${value}: ${why}` };
}

/** What is kept free is no longer available: raised above what there is, every allocation reclaims, and then kills. */
function reserveGuard(now: number, value: number, host: Host): GuardResult {
  const available = host.meminfo?.MemAvailable;
  const reserve = hostReserveBytes(host);
  if (available === undefined || reserve === null) {
    return { id: 'headroom', ok: false, text: 'how much memory the host has available could not be read' };
  }
  const left = available - Math.max(0, value - now) * 1024;
  const text = `the host keeps ${formatBytes(left)} available`;
  if (left >= reserve || value <= now) return { id: 'headroom', ok: true, text };
  return { id: 'headroom', ok: false, text: `${text}: it must keep ${formatBytes(reserve)}` };
}

function minFreeUndoGuard(change: Change, host: Host): GuardResult[] {
  if (change.kind !== 'write' || change.undo === null) return [];
  if (change.path !== host.sysctlPath('vm.min_free_kbytes')) return [];
  return [reserveGuard(currentValue('vm.min_free_kbytes', host), Number(change.undo), host)];
}
