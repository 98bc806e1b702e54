import { shellQuote } from '../../text/quote.js';
import { deepest, type Manager, unescapeUnit } from './manager.js';

/** `/machine.slice/machine-qemu\x2d3\x2dweb.scope`, `/machine/qemu-3-web.libvirt-qemu`, `/machine/web.libvirt-qemu` */
const machine = /^(?:machine-)?(qemu(?:-|\\x2d)\d.*?)(?:\.scope|\.libvirt-qemu)$|^(.+)\.libvirt-(?:qemu|lxc)$/;

export const libvirt: Manager = {
  kind: 'libvirt',
  identify(path) {
    const found = deepest(path, machine);
    return found && { at: found.at, machine: domainOf(found.match[1] ?? found.match[2]!) };
  },
  describe: ({ machine }) => `the virtual machine ${machine} (of libvirt)`,
  owns: [
    {
      kind: 'libvirt',
      pattern: /\/machine(?:\.slice|\.partition)?\/(?:machine-)?(qemu[^/]+?)(?:\.scope|\.libvirt-qemu)?(?:\/|$)/,
      text: (name) => `libvirt: it is the virtual machine ${unescapeUnit(name)}'s`,
      setLimit: (name, bytes) =>
        `sudo virsh memtune ${shellQuote(domainOf(name))} --hard-limit ${bytes === 'max' ? -1 : `${bytes}B`} --live --config`,
      setNodes: (name, nodes) => `sudo virsh numatune ${shellQuote(domainOf(name))} --nodeset ${nodes} --live --config`,
    },
  ],
};

/** machine-qemu\x2d3\x2dweb.scope is the domain web */
function domainOf(name: string): string {
  return unescapeUnit(name).replace(/^qemu-\d+-/, '');
}
