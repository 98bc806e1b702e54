import { deepest, type Manager, partsOf, short } from './manager.js';

const task = '[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const slice = new RegExp(`^ecstasks-(${task})\\.slice$`);
const container = /^(?:docker-)?([0-9a-f]{64}|[0-9a-f]{32}-\d{1,12})(?:\.scope)?$/;

/** Amazon's agent: `/ecs/TASK/CONTAINER` (with a cluster's name between on some), `/ecstasks.slice/ecstasks-TASK.slice/docker-ID.scope`. */
export const ecs: Manager = {
  kind: 'ecs',
  identify(path) {
    const parts = partsOf(path);
    const top = parts.findIndex((part) => part === 'ecs' || part === 'ecstasks.slice');
    const found =
      deepest(path, slice) ?? (top >= 0 && parts[top] === 'ecs' ? deepest(path, new RegExp(`^(${task})$`)) : null);
    if (top < 0 || !found || found.at <= top) return null;
    const inside = container.exec(parts[found.at + 1] ?? '')?.[1] ?? null;
    const at = inside === null ? found.at : found.at + 1;
    return { at, job: found.match[1]!, container: inside, runtime: inside === null ? null : 'docker' };
  },
  describe({ job, container, containerName }) {
    if (container === null) return `the ECS task ${job}`;
    const name = containerName === null ? short(container) : `${containerName} (${short(container)})`;
    return `the container ${name} of the ECS task ${job}`;
  },
  owns: [
    {
      kind: 'ecs',
      pattern: new RegExp(`/(?:ecs/(?:.*/)?|ecstasks\\.slice/ecstasks-)(${task})(?:\\.slice)?(?=/|$)`),
      text: (name) => `the ECS agent: it is the task ${name}'s`,
      setLimit: (_, bytes) =>
        `${bytes === 'max' ? 'take the memory out of' : `set the memory to ${Math.ceil(bytes / 2 ** 20)} (MiB) in`} the task definition, and update the service; the ECS agent writes this cgroup`,
      setNodes: () => 'an ECS task cannot be bound to memory nodes; the ECS agent writes this cgroup',
    },
  ],
};
