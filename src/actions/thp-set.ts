import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host, TransparentHugePages } from '../host/host.js';
import type { GuardResult } from '../schemas/run.js';
import type { Action, WriteChange } from './action.js';
import { integerSchema } from './arguments.js';

export interface ThpWith {
  enabled?: string;
  defrag?: string;
  khugepaged_defrag?: number;
  khugepaged_max_ptes_none?: number;
}

export type ThpWas = ThpWith & { min_free_kbytes?: number };

type Key = keyof ThpWith;

const keys: Key[] = ['enabled', 'defrag', 'khugepaged_defrag', 'khugepaged_max_ptes_none'];

/** HPAGE_PMD_NR - 1 with pages of 64 KiB, the most of any kernel; with pages of 4 KiB it is 511. */
const mostPtes = 8191;
const shape = {
  enabled: z.enum(['always', 'madvise', 'never']).optional(),
  defrag: z.enum(['always', 'defer', 'defer+madvise', 'madvise', 'never']).optional(),
  khugepaged_defrag: integerSchema(0, 1).optional(),
  khugepaged_max_ptes_none: integerSchema(0, mostPtes).optional(),
};

export const thpSet: Action<ThpWith, ThpWas> = {
  name: 'thp.set',
  summary: 'Sets when the kernel makes transparent huge pages. Huge pages that exist stay.',
  with: z
    .strictObject(shape)
    .refine((given) => keys.some((key) => given[key] !== undefined), `sets nothing: give one of ${keys.join(', ')}`),
  was: z.strictObject({ ...shape, min_free_kbytes: integerSchema(0, Number.MAX_SAFE_INTEGER).optional() }),
  reversible: true,
  lowestRisk: () => 'medium',

  plan(args, host) {
    const thp = found(host);
    const was: ThpWas = {};
    const changes: WriteChange[] = [];
    const guards: GuardResult[] = [];
    for (const key of keys) {
      const wanted = args[key];
      if (wanted === undefined) continue;
      const now = settingOf(thp, key);
      const path = thp.paths[key];
      if (now === null) throw new UndoomError('guard.unsupported', `This kernel has no ${path}`);
      Object.assign(was, { [key]: now });
      if (now === wanted) continue;
      guards.push(boundsGuard(key, wanted, host));
      changes.push({
        kind: 'write',
        path,
        before: String(now),
        after: String(wanted),
        undo: String(now),
        compare: typeof wanted === 'number' ? 'number' : 'brackets',
      });
      if (key === 'enabled') withMinFree(changes.at(-1)!, was, host);
    }
    return { changes, was, guards, unknowns: [] };
  },

  observe: (_args, host) => ({ minFreeKilobytes: minFreeOf(host)?.text ?? null }),

  verify(args, host, before) {
    const thp = host.transparentHugePages;
    const wrong = keys.find((key) => args[key] !== undefined && (!thp || settingOf(thp, key) !== args[key]));
    if (wrong) return { ok: false, text: `${wrong} is ${thp ? settingOf(thp, wrong) : 'gone'}, not ${args[wrong]}` };
    const set = keys.filter((key) => args[key] !== undefined).map((key) => `${key} is ${args[key]}`);
    const minFree = minFreeOf(host)?.text ?? null;
    const moved =
      typeof before.minFreeKilobytes === 'string' && minFree !== null && minFree !== before.minFreeKilobytes
        ? `; with it the kernel set vm.min_free_kbytes from ${before.minFreeKilobytes} to ${minFree}`
        : '';
    return { ok: true, text: `${set.join(', ')}, read back${moved}. Huge pages that exist stay` };
  },
};

function found(host: Host): TransparentHugePages {
  if (host.transparentHugePages) return host.transparentHugePages;
  throw new UndoomError('guard.unsupported', 'This kernel has no transparent huge pages');
}

function settingOf(thp: TransparentHugePages, key: Key): string | number | null {
  switch (key) {
    case 'enabled':
      return thp.enabled;
    case 'defrag':
      return thp.defrag;
    case 'khugepaged_defrag':
      return thp.khugepagedDefrag;
    case 'khugepaged_max_ptes_none':
      return thp.khugepagedMaxPtesNone;
  }
}

function minFreeOf(host: Host): { path: string; text: string } | null {
  const text = host.sysctl('vm.min_free_kbytes')?.trim();
  return text === undefined ? null : { path: host.sysctlPath('vm.min_free_kbytes'), text };
}

/** Switching makes the kernel compute vm.min_free_kbytes anew (set_recommended_min_free_kbytes() in mm/khugepaged.c). */
function withMinFree(change: WriteChange, was: ThpWas, host: Host): void {
  const minFree = minFreeOf(host);
  if (!minFree) return;
  was.min_free_kbytes = Number(minFree.text);
  change.alongside = [{ path: minFree.path, before: minFree.text }];
}

function boundsGuard(key: Key, wanted: string | number, host: Host): GuardResult {
  if (typeof wanted === 'string') {
    const text = host.files.read(found(host).paths[key]) ?? '';
    const choices = text.replaceAll(/[[\]]/g, '').trim().split(/\s+/);
    const ok = choices.includes(wanted);
    return {
      id: 'bounds',
      ok,
      text: `${key} ${ok ? 'can be' : `cannot be ${wanted} here, but`} ${choices.join(', ')}`,
    };
  }
  const most = key === 'khugepaged_defrag' ? 1 : mostPtesOn(host);
  return { id: 'bounds', ok: wanted <= most, text: `${key} is 0 to ${most} here` };
}

/** A huge page is as many base pages as a page of page table has entries of 8 bytes. */
function mostPtesOn(host: Host): number {
  return host.pageSizeBytes / 8 - 1;
}
