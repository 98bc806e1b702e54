import { z } from 'zod';
import { formatBytes } from '../text/bytes.js';
import type { Action } from './action.js';
import { cgroupSchema, foundLimitSchema, newLimitSchema, sizeSchema } from './arguments.js';
import { isSameLimit, type Limit } from './limit.js';
import { type MemoryMinWas, planMemoryMin } from './memory-min.js';

export interface MemoryMinWith {
  cgroup: string;
  /** 0 takes the protection away */
  min: number;
}

const newMinSchema = sizeSchema.refine(
  (bytes) => bytes === 0 || newLimitSchema.safeParse(bytes).success,
  'is less than one page (4096 bytes), and not 0',
);

/**
 * memory.min of cgroup v2: so much of what a cgroup holds is never reclaimed, so that it is not starved before a kill.
 * It protects no further than each cgroup above protects as well (mm/page_counter.c page_counter_calculate_protection()).
 */
export const cgroupMemoryMin: Action<MemoryMinWith, MemoryMinWas> = {
  name: 'cgroup.memory.min',
  summary: 'Sets how much of a cgroup is never reclaimed, with those above it that must protect as much (cgroup v2).',
  with: z.strictObject({ cgroup: cgroupSchema, min: newMinSchema }),
  was: z.strictObject({
    min: foundLimitSchema,
    ancestors: z.record(cgroupSchema, foundLimitSchema).optional(),
  }),
  reversible: true,

  /** What is protected here nobody else can have, however short the host is. */
  lowestRisk: ({ min }) => (min === 0 ? 'low' : 'medium'),

  plan: ({ cgroup, min }, host) => planMemoryMin(cgroup, min, host),

  verify({ cgroup: path, min }, host) {
    const now = host.cgroups.memory(path)?.minBytes ?? null;
    if (now === null) return { ok: false, text: `${path} is gone: its memory.min could not be read back` };
    const ok = isSameLimit(now, min, host.pageSizeBytes);
    const reading = `memory.min of ${path} is ${inWords(now)}`;
    return { ok, text: ok ? `${reading}, read back` : `${reading}, not ${inWords(min)}` };
  },
};

function inWords(min: Limit): string {
  return min === 'max' ? 'all of it' : formatBytes(min);
}
