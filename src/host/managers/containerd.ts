import { anew, containerId, deepest, type Manager, nameAndId, partsOf, short } from './manager.js';

const scope = new RegExp(`^(?:cri-containerd|nerdctl)-(${containerId})(?:\\.scope)?$`);
const namespaces = ['default', 'k8s.io', 'moby'];
const name = /^[a-zA-Z0-9_.-]{1,76}$/;

/** Through the CRI plugin `cri-containerd-ID.scope`, through ctr and nerdctl `/NAMESPACE/NAME` */
export const containerd: Manager = {
  kind: 'containerd',
  identify(path) {
    const found = deepest(path, scope);
    if (found) return { at: found.at, container: found.match[1]!, runtime: 'containerd' };
    const [namespace, id] = partsOf(path);
    if (!namespaces.includes(namespace!) || !name.test(id ?? '')) return null;
    return { at: 1, container: id!, runtime: 'containerd' };
  },
  describe: (identity) => `the containerd container ${nameAndId(identity)}`,
  owns: [
    {
      kind: 'containerd',
      endsHere: true,
      pattern: new RegExp(`/cri-containerd-(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the containerd container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('crictl') : `sudo crictl update --memory ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `sudo crictl update --cpuset-mems ${nodes} ${short(name)}`,
    },
    {
      kind: 'containerd',
      endsHere: true,
      pattern: new RegExp(`/nerdctl-(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the containerd container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max'
          ? anew('nerdctl')
          : `sudo nerdctl update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `sudo nerdctl update --cpuset-mems ${nodes} ${short(name)}`,
    },
    {
      kind: 'containerd',
      endsHere: true,
      pattern: /^\/(?:default|k8s\.io|moby)\/([a-zA-Z0-9_.-]{1,76})(?:\/|$)/,
      text: (name) => `the containerd container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('containerd') : `sudo ctr tasks update --memory-limit ${bytes} ${short(name)}`,
      setNodes: (name) => `set the cpus of the container ${short(name)} where it is defined`,
    },
  ],
};
