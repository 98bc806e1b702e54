import { deepest, type Manager, partsOf } from './manager.js';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const allocation = new RegExp(`^(${uuid})(?:\\.(.+?))?(?:\\.scope)?$`);

/** `/nomad.slice/share.slice/ALLOCATION.TASK.scope`; `/nomad/ALLOCATION…` on v1 */
export const nomad: Manager = {
  kind: 'nomad',
  identify(path) {
    const parts = partsOf(path);
    const top = parts.findIndex((part) => part === 'nomad' || part === 'nomad.slice');
    const found = top < 0 ? null : deepest(path, allocation);
    if (!found || found.at <= top) return null;
    const task = found.match[2];
    return { at: found.at, job: found.match[1]!, detail: task === undefined ? '' : ` (task ${task})` };
  },
  describe: ({ job }, detail) => `the Nomad allocation ${job}${detail}`,
  owns: [
    {
      kind: 'nomad',
      pattern: new RegExp(`/nomad(?:\\.slice)?/(?:.*/)?(${uuid})(?:\\.[^/]*)?(?=/|$)`),
      text: (name) => `Nomad: it is the allocation ${name}'s`,
      setLimit: (_, bytes) =>
        `set memory${bytes === 'max' ? '_max = -1' : ` = ${Math.ceil(bytes / 2 ** 20)}`} (MiB) in the task's resources, and run the job again; Nomad writes this cgroup`,
      setNodes: () => "set numa in the task's resources; Nomad writes this cgroup",
    },
  ],
};
