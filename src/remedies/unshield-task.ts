import type { HostProcess } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import { dropInCommand } from './drop-in.js';
import type { IncidentFacts, Proposal, RemedyContext, RemedyMaker } from './remedy.js';
import { heldBy, serviceOf } from './service-of.js';

const MiB = 2 ** 20;
/** Half of memory: below that much it is passed over for the largest of the others, above it is not. */
const adjustment = -500;
const shown = 3;

export const unshieldTask: RemedyMaker = {
  playbook: 'unshield-task',
  causes: ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node'],
  propose(incident, context): Proposal {
    const { factors, holders } = incident;
    const none = factors.includes('no-killable-task');
    if (!none && !factors.includes('protected-task')) return { remedy: null, note: null };
    const why = none
      ? 'Every task was shielded or had nothing to give, so that the kernel could kill none.'
      : 'The largest task is shielded, and a smaller one was killed for it.';
    const [largest, ...others] = shieldedNow(incident, context);
    if (!largest) {
      const then = holders.find(
        ({ kind, killed, oomScoreAdj }) => kind === 'task' && !killed && (oomScoreAdj ?? 0) < 0,
      );
      const instruction = `${then ? `${then.name} held ${formatBytes(then.bytes)} with an oom_score_adj of ${then.oomScoreAdj}. ` : ''}Give what holds the most an oom_score_adj of ${adjustment} instead, or a limit of its own (MemoryMax= of its unit).`;
      return {
        remedy: { title: 'Let the kernel take the task that holds the most', parameters: { instruction }, why },
        note: null,
      };
    }
    const list = [largest, ...others.slice(0, shown - 1)].map(
      (task) =>
        `${task.comm} (${task.pid}) holds ${formatBytes(heldBy(task))} with an oom_score_adj of ${task.oomScoreAdj}`,
    );
    const unit = context.host ? serviceOf(context.host, largest) : null;
    const bound = Math.ceil((heldBy(largest) * 1.2) / MiB) * MiB;
    const choom = `sudo choom --pid ${largest.pid} --adjust ${adjustment}`;
    const orBound =
      unit === null
        ? ''
        : ` Or bound it where it must never be killed: sudo systemctl set-property '${unit}' MemoryMax=${bound} (a fifth above what it holds).`;
    return {
      remedy: {
        title: `Let the kernel take ${largest.comm} where it holds more than half of memory`,
        parameters: {
          instruction: `${list.join('; ')}. With ${adjustment} it is passed over until it holds half of memory more than any other.${orBound}`,
          command:
            unit === null
              ? choom
              : `${dropInCommand(unit, '50-oom-score.conf', `OOMScoreAdjust=${adjustment}`)} && ${choom}`,
        },
        why,
      },
      note: null,
    };
  },
};

/** Those in reach of the kill; process 1 has a remedy of its own. */
function shieldedNow({ cause, limitCgroup }: IncidentFacts, { host }: RemedyContext): HostProcess[] {
  const isInside = ({ memoryCgroup }: HostProcess) =>
    cause === 'global-memory' ||
    cause === 'memory-node' ||
    (limitCgroup !== null && (memoryCgroup === limitCgroup || memoryCgroup?.startsWith(`${limitCgroup}/`) === true));
  return (host?.processes ?? [])
    .filter((task) => task.pid > 1 && (task.oomScoreAdj ?? 0) < adjustment && heldBy(task) > 0 && isInside(task))
    .sort((a, b) => heldBy(b) - heldBy(a) || a.pid - b.pid);
}
