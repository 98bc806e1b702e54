import { anew, containerId, deepest, type Manager, nameAndId, short } from './manager.js';

const scope = new RegExp(`^libpod-(${containerId})(?:\\.scope)?$`);

export const podman: Manager = {
  kind: 'podman',
  identify(path) {
    const found = deepest(path, scope);
    if (!found) return null;
    const uid = /\/user@(\d{1,10})\.service\//.exec(path)?.[1];
    return {
      at: found.at,
      container: found.match[1]!,
      runtime: 'podman',
      detail: uid === undefined ? '' : ` of the user ${uid}`,
    };
  },
  describe: (identity, detail) => `the Podman container ${nameAndId(identity)}${detail}`,
  owns: [
    {
      kind: 'podman',
      // rootless: root's Podman does not know it
      pattern: new RegExp(`/user@\\d{1,10}\\.service/(?:.*/)?libpod-(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the rootless Podman container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('Podman') : `podman update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `podman update --cpuset-mems ${nodes} ${short(name)}`,
    },
    {
      kind: 'podman',
      pattern: new RegExp(`/libpod-(${containerId})(?:\\.scope)?(?:/|$)`),
      text: (name) => `the Podman container ${short(name)}`,
      setLimit: (name, bytes) =>
        bytes === 'max' ? anew('Podman') : `sudo podman update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
      setNodes: (name, nodes) => `sudo podman update --cpuset-mems ${nodes} ${short(name)}`,
    },
  ],
};
