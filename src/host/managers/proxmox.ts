import { type Manager, partsOf } from './manager.js';

/** Proxmox VE numbers its guests: `/lxc/101`, `/lxc.monitor/101`, `/qemu.slice/100.scope`. */
const guest = /^\d{3,9}$/;

export const proxmox: Manager = {
  kind: 'proxmox',
  identify(path) {
    const [top, second = ''] = partsOf(path);
    const machine = /^(\d{3,9})\.scope$/.exec(second)?.[1];
    if (top === 'qemu.slice' && machine !== undefined) return { at: 1, machine, detail: 'the virtual machine' };
    if ((top !== 'lxc' && top !== 'lxc.monitor') || !guest.test(second)) return null;
    return { at: 1, container: second, runtime: 'lxc', detail: 'the LXC container' };
  },
  describe: ({ machine, container }, detail) => `${detail} ${machine ?? container} (of Proxmox VE)`,
  owns: [
    {
      kind: 'proxmox',
      endsHere: true,
      pattern: /^\/lxc(?:\.monitor)?\/(\d{3,9})(?=\/|$)/,
      text: (name) => `the LXC container ${name} (of Proxmox VE)`,
      setLimit: (name, bytes) =>
        bytes === 'max'
          ? `set the memory of the container ${name} in Proxmox VE: it takes no limit away`
          : `sudo pct set ${name} --memory ${Math.ceil(bytes / 2 ** 20)}`,
      setNodes: (name) => `set lxc.cgroup2.cpuset.mems in /etc/pve/lxc/${name}.conf`,
    },
    {
      kind: 'proxmox',
      endsHere: true,
      pattern: /^\/qemu\.slice\/(\d{3,9})\.scope(?=\/|$)/,
      text: (name) => `the virtual machine ${name} (of Proxmox VE)`,
      setLimit: (name) => `Proxmox VE sets no limit on ${name}: see what its unit ${name}.scope has`,
      setNodes: (name, nodes) => `sudo qm set ${name} --numa0 cpus=…,hostnodes=${nodes},memory=…`,
    },
  ],
};
