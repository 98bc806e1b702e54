import { builtIn } from '../playbook/built-ins.js';
import { outlineOf } from '../playbook/outline.js';
import type { Cause, Remedy } from '../schemas/diagnosis.js';
import { addSwap } from './add-swap.js';
import { allowCgroupSwap } from './allow-cgroup-swap.js';
import { changeMemoryPolicy } from './change-memory-policy.js';
import { compactMemory } from './compact-memory.js';
import { containCgroup } from './contain-cgroup.js';
import { endTasks } from './end-tasks.js';
import { factorNotes } from './factor-notes.js';
import { findUnaccountedMemory } from './find-unaccounted-memory.js';
import { largerHost } from './larger-host.js';
import { limitLockedMemory } from './limit-locked-memory.js';
import { preventFragmentation } from './prevent-fragmentation.js';
import { protectService } from './protect-service.js';
import { raiseCgroupLimit } from './raise-cgroup-limit.js';
import { raiseParentCgroupLimit } from './raise-parent-cgroup-limit.js';
import { reducePageTables } from './reduce-page-tables.js';
import { reduceSlab } from './reduce-slab.js';
import { reexecSystemd } from './reexec-systemd.js';
import { releaseHugePages } from './release-huge-pages.js';
import type { IncidentFacts, RemedyContext, RemedyMaker } from './remedy.js';
import { shrinkSharedMemory } from './shrink-shared-memory.js';
import { tuneTransparentHugePages } from './tune-transparent-huge-pages.js';
import { unshieldTask } from './unshield-task.js';
import { widenMemoryNodes } from './widen-memory-nodes.js';

/** What lies in any memory, a cgroup's or the host's, for the factor that says so. */
const ofFactors = [unshieldTask, shrinkSharedMemory, reducePageTables, limitLockedMemory];

/** For each cause its remedies, the preferred first: its own, then those of what made it likelier. */
export const remediesFor: Record<Cause, RemedyMaker[]> = {
  'cgroup-limit': [raiseCgroupLimit, endTasks, largerHost, allowCgroupSwap, ...ofFactors],
  'parent-cgroup-limit': [raiseParentCgroupLimit, endTasks, largerHost, allowCgroupSwap, ...ofFactors, protectService],
  'global-memory': [
    releaseHugePages,
    reexecSystemd,
    reduceSlab,
    tuneTransparentHugePages,
    containCgroup,
    endTasks,
    largerHost,
    addSwap,
    ...ofFactors,
    findUnaccountedMemory,
    protectService,
  ],
  'memory-node': [
    widenMemoryNodes,
    releaseHugePages,
    endTasks,
    changeMemoryPolicy,
    addSwap,
    ...ofFactors,
    protectService,
  ],
  fragmentation: [compactMemory, preventFragmentation],
  manual: [],
  unknown: [],
};

/** What would help against one incident, the preferred first, and what a person should know beside it. Pure. */
export function propose(incident: IncidentFacts, context: RemedyContext): { remedies: Remedy[]; notes: string[] } {
  const none = whyNone(incident);
  if (none) return { remedies: [], notes: [none] };
  const proposals = remediesFor[incident.cause].map((maker) => ({ maker, ...maker.propose(incident, context) }));
  const notes = [...proposals.flatMap(({ note }) => note ?? []), ...factorNotes(incident, context)];
  const remedies = proposals.flatMap(({ maker, remedy }) => (remedy ? [asRemedy(maker.playbook, remedy)] : []));
  return { remedies, notes: [...new Set(notes)] };
}

function asRemedy(playbook: string, { title, parameters, why }: Pick<Remedy, 'title' | 'parameters' | 'why'>): Remedy {
  return { playbook, title, parameters, why, ...outlineOf(builtIn(playbook), parameters) };
}

function whyNone({ kind, killer, cause }: IncidentFacts): string | null {
  if (kind === 'userspace-kill') {
    return `${killer ?? 'A program'} killed by its own rules, not the kernel: look at its configuration before changing memory limits.`;
  }
  if (cause === 'manual') return 'A person or a program asked for this kill (SysRq f): there is nothing to remedy.';
  if (cause === 'unknown')
    return 'The log does not tell why the kernel killed, so nothing is proposed: a whole report, or the live log of the host, would.';
  return null;
}
