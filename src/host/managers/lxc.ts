import { shellQuote } from '../../text/quote.js';
import { deepest, type Manager, nameAndId, partsOf } from './manager.js';

const payload = /^(?:lxc|incus)\.(?:payload|monitor)\.(.+)$/;

/** LXC, LXD and Incus: `/lxc.payload.web`, `/lxc/web`, `/incus.payload.web` */
export const lxc: Manager = {
  kind: 'lxc',
  identify(path) {
    const parts = partsOf(path);
    const old = parts.findLastIndex((part, index) => part !== '' && /^lxc(?:\.payload)?$/.test(parts[index - 1] ?? ''));
    const found = deepest(path, payload);
    const at = Math.max(old, found?.at ?? -1);
    if (at < 0) return null;
    const name = found?.at === at ? found.match[1]! : parts[at]!;
    return { at, container: name, containerName: name, runtime: path.includes('/incus.') ? 'incus' : 'lxc' };
  },
  describe: (identity) =>
    `the ${identity.runtime === 'incus' ? 'Incus' : 'LXC or Incus'} container ${nameAndId(identity)}`,
  owns: [
    {
      kind: 'lxc',
      endsHere: true,
      pattern: /\/(?:lxc\.payload\.|lxc\.payload\/|lxc\/|incus\.payload\.)([^/]+)/,
      text: (name) => `the LXC or Incus container ${name}`,
      setLimit: (name, bytes) =>
        bytes === 'max'
          ? `sudo incus config unset ${shellQuote(name)} limits.memory`
          : `sudo incus config set ${shellQuote(name)} limits.memory=${bytes}B`,
      setNodes: (name, nodes) => `sudo incus config set ${shellQuote(name)} limits.cpu.nodes=${nodes}`,
    },
  ],
};
