import { anew, containerId, deepest, type Manager, nameAndId, partsOf, short } from './manager.js';

const scope = new RegExp(`^docker-(${containerId})(?:\\.scope)?$`);
const id = new RegExp(`^${containerId}$`);
/** `docker` through the cgroupfs driver; GitHub's runner puts its containers below a name of its own */
const parents = ['docker', 'actions_job'];

export const docker: Manager = {
  kind: 'docker',
  identify(path) {
    const parts = partsOf(path);
    const at = parts.findLastIndex((part, index) => id.test(part) && parents.includes(parts[index - 1] ?? ''));
    const found = deepest(path, scope);
    if (at < 0 && !found) return null;
    return found && found.at > at
      ? { at: found.at, container: found.match[1]!, runtime: 'docker' }
      : { at, container: parts[at]!, runtime: 'docker' };
  },
  describe: (identity) => `the Docker container ${nameAndId(identity)}`,
  owns: [
    {
      kind: 'docker',
      endsHere: true,
      pattern: new RegExp(`/(?:docker/|actions_job/|docker-)(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the Docker container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('Docker') : `sudo docker update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `sudo docker update --cpuset-mems ${nodes} ${short(name)}`,
    },
  ],
};
