import type { Action } from './action.js';
import { cgroupCpusetMems } from './cgroup-cpuset-mems.js';
import { cgroupMemoryLimit } from './cgroup-memory-limit.js';
import { cgroupMemoryMin } from './cgroup-memory-min.js';
import { cgroupThpReclaim } from './cgroup-thp-reclaim.js';
import { hugePagesSet } from './hugepages-set.js';
import { manual } from './manual.js';
import { memoryCompact } from './memory-compact.js';
import { sysctlSet } from './sysctl-set.js';
import { systemdReexec } from './systemd-reexec.js';
import { thpSet } from './thp-set.js';

// biome-ignore lint/suspicious/noExplicitAny: each action has arguments of its own, which its own schema has checked
export type AnyAction = Action<any, any>;

/** All that a playbook can say. A new one is a file, a line here and a line in the docs. */
export const actions: AnyAction[] = [
  cgroupMemoryLimit,
  cgroupMemoryMin,
  cgroupCpusetMems,
  memoryCompact,
  thpSet,
  cgroupThpReclaim,
  sysctlSet,
  hugePagesSet,
  systemdReexec,
  manual,
];

export const actionNames: string[] = actions.map(({ name }) => name);

export function actionNamed(name: string): AnyAction | null {
  return actions.find((action) => action.name === name) ?? null;
}
