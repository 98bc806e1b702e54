import { anew, containerId, deepest, type Manager, nameAndId, short } from './manager.js';

const scope = new RegExp(`^crio-(${containerId})(?:\\.scope)?$`);

export const crio: Manager = {
  kind: 'crio',
  identify(path) {
    const found = deepest(path, scope);
    return found && { at: found.at, container: found.match[1]!, runtime: 'cri-o' };
  },
  describe: (identity) => `the CRI-O container ${nameAndId(identity)}`,
  owns: [
    {
      kind: 'crio',
      endsHere: true,
      pattern: new RegExp(`/crio-(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the CRI-O container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('crictl') : `sudo crictl update --memory ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `sudo crictl update --cpuset-mems ${nodes} ${short(name)}`,
    },
  ],
};
