import { shellQuote } from '../text/quote.js';
import type { CgroupOwner } from './host.js';

/** Who writes a cgroup's files, by what its path looks like. The deepest manager that decides comes first. */
interface OwnerRule {
  kind: CgroupOwner['kind'];
  pattern: RegExp;
  /** for people; NAME is what the pattern's first group caught */
  text: (name: string) => string;
  setLimit: (name: string, bytes: number | 'max') => string;
  setNodes: (name: string, nodes: string) => string;
  /** its manager writes the cgroup itself and not those below it: systemd in a container, a service with Delegate=yes */
  endsHere?: boolean;
  /** only where systemd runs the host */
  needsSystemd?: boolean;
}

const container = '[0-9a-f]{12,64}';
const short = (id: string) => (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id);

const anew = (engine: string) => `make the container anew without a memory limit: ${engine} takes none away`;
const infinity = (bytes: number | 'max') => (bytes === 'max' ? 'infinity' : String(bytes));

const docker = (name: string) => `the Docker container ${short(name)}`;
const rules: OwnerRule[] = [
  {
    kind: 'kubelet',
    // with a --cgroup-root: /kubelet.slice/kubelet-kubepods.slice
    pattern: /\/((?:[^/]*-)?kubepods(?:-[^/]*)?(?:\.slice)?)(?:\/|$)/,
    text: () => "the kubelet: it is a Kubernetes pod's",
    setLimit: (_, bytes) =>
      `${bytes === 'max' ? 'take resources.limits.memory of the container out of' : `set resources.limits.memory of the container to ${bytes} in`} its manifest, and apply it; the kubelet writes this cgroup again`,
    setNodes: () => "set the kubelet's memory manager policy; the kubelet writes this cgroup again",
  },
  {
    kind: 'slurm',
    pattern: /\/(?:slurm(?:_[^/]*)?|[^/]*slurmstepd\.scope)(?:\/|$)(?:.*?(job_\d{1,12}))?/,
    text: (name) => (name === 'slurm' ? 'Slurm' : `Slurm: it is ${name.replace('_', ' ')}'s`),
    setLimit: (_, bytes) =>
      `submit the job with --mem=${bytes === 'max' ? 0 : `${Math.ceil(bytes / 2 ** 20)}M`}; slurmd writes this cgroup`,
    setNodes: () => 'submit the job with --mem-bind; slurmd writes this cgroup',
  },
  {
    kind: 'podman',
    // rootless: root's Podman does not know it
    pattern: new RegExp(`/user@\\d{1,10}\\.service/(?:.*/)?libpod-(${container})(?:\\.scope)?(?:/|$)`),
    text: (name) => `the rootless Podman container ${short(name)}`,
    setLimit: (name, bytes) =>
      bytes === 'max' ? anew('Podman') : `podman update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
    setNodes: (name, nodes) => `podman update --cpuset-mems ${nodes} ${short(name)}`,
  },
  {
    kind: 'podman',
    pattern: new RegExp(`/libpod-(${container})(?:\\.scope)?(?:/|$)`),
    text: (name) => `the Podman container ${short(name)}`,
    setLimit: (name, bytes) =>
      bytes === 'max' ? anew('Podman') : `sudo podman update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
    setNodes: (name, nodes) => `sudo podman update --cpuset-mems ${nodes} ${short(name)}`,
  },
  {
    kind: 'crio',
    endsHere: true,
    pattern: new RegExp(`/crio-(${container})(?:\\.scope)?(?:/|$)`),
    text: (name) => `the CRI-O container ${short(name)}`,
    setLimit: (name, bytes) =>
      bytes === 'max' ? anew('crictl') : `sudo crictl update --memory ${bytes} ${short(name)}`,
    setNodes: (name, nodes) => `sudo crictl update --cpuset-mems ${nodes} ${short(name)}`,
  },
  {
    kind: 'containerd',
    endsHere: true,
    pattern: new RegExp(`/cri-containerd-(${container})(?:\\.scope)?(?:/|$)`),
    text: (name) => `the containerd container ${short(name)}`,
    setLimit: (name, bytes) =>
      bytes === 'max' ? anew('crictl') : `sudo crictl update --memory ${bytes} ${short(name)}`,
    setNodes: (name, nodes) => `sudo crictl update --cpuset-mems ${nodes} ${short(name)}`,
  },
  {
    kind: 'docker',
    endsHere: true,
    pattern: new RegExp(`/(?:docker/|docker-)(${container})(?:\\.scope)?(?:/|$)`),
    text: docker,
    setLimit: (name, bytes) =>
      bytes === 'max' ? anew('Docker') : `sudo docker update --memory ${bytes} --memory-swap ${bytes} ${short(name)}`,
    setNodes: (name, nodes) => `sudo docker update --cpuset-mems ${nodes} ${short(name)}`,
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
  {
    kind: 'lxc',
    endsHere: true,
    pattern: /\/(?:lxc\.payload\.|lxc\/|incus\.payload\.)([^/]+)/,
    text: (name) => `the LXC or Incus container ${name}`,
    setLimit: (name, bytes) =>
      bytes === 'max'
        ? `sudo incus config unset ${shellQuote(name)} limits.memory`
        : `sudo incus config set ${shellQuote(name)} limits.memory=${bytes}B`,
    setNodes: (name, nodes) => `sudo incus config set ${shellQuote(name)} limits.cpu.nodes=${nodes}`,
  },
  {
    kind: 'libvirt',
    pattern: /\/machine(?:\.slice|\.partition)?\/(?:machine-)?(qemu[^/]+?)(?:\.scope|\.libvirt-qemu)?(?:\/|$)/,
    text: (name) => `libvirt: it is the virtual machine ${unescapeUnit(name)}'s`,
    setLimit: (name, bytes) =>
      `sudo virsh memtune ${shellQuote(domainOf(name))} --hard-limit ${bytes === 'max' ? -1 : `${bytes}B`} --live --config`,
    setNodes: (name, nodes) => `sudo virsh numatune ${shellQuote(domainOf(name))} --nodeset ${nodes} --live --config`,
  },
  {
    kind: 'systemd',
    // a unit of a user's own manager
    pattern:
      /^\/user\.slice\/user-\d+\.slice\/user@\d+\.service\/(?:.*\/)?([^/]+\.(?:service|scope|slice|mount|socket))(?:\/|$)(?!.*\.(?:service|scope|slice)(?:\/|$))/,
    text: (name) => `the unit ${name} of a user's systemd`,
    setLimit: (name, bytes) =>
      `systemctl --user set-property --runtime ${shellQuote(name)} MemoryMax=${infinity(bytes)}`,
    setNodes: (name, nodes) =>
      `systemctl --user set-property --runtime ${shellQuote(name)} AllowedMemoryNodes=${nodes}`,
    needsSystemd: true,
    endsHere: true,
  },
  {
    kind: 'systemd',
    pattern:
      /\/([^/]+\.(?:service|scope|slice|mount|socket|swap))(?:\/|$)(?!.*\.(?:service|scope|slice|mount|socket|swap)(?:\/|$))/,
    text: (name) => `the systemd unit ${name}`,
    setLimit: (name, bytes) => `sudo systemctl set-property --runtime ${shellQuote(name)} MemoryMax=${infinity(bytes)}`,
    setNodes: (name, nodes) => `sudo systemctl set-property --runtime ${shellQuote(name)} AllowedMemoryNodes=${nodes}`,
    needsSystemd: true,
    endsHere: true,
  },
];

const nobody: CgroupOwner = { kind: 'nobody', name: null, text: 'nobody', setLimit: null, setNodes: null };

/** @param path as the kernel prints it */
export function ownerOf(path: string, hasSystemd: boolean): CgroupOwner {
  for (const { kind, pattern, text, setLimit, setNodes, needsSystemd, endsHere } of rules) {
    const match = needsSystemd && !hasSystemd ? null : pattern.exec(path);
    if (!match) continue;
    const name = match[1] ?? kind;
    const below = endsHere ? path.slice(match.index + match[0].length) : '';
    // the owner's command would set another cgroup than this one
    const inside = `${text(name)} made ${below} inside itself: set it there`;
    return {
      kind,
      name,
      text: text(name),
      setLimit: (bytes) => (below ? inside : setLimit(name, bytes)),
      setNodes: (nodes) => (below ? inside : setNodes(name, nodes)),
    };
  }
  return nobody;
}

/** systemd.unit(5): `\x2d` is a hyphen */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** machine-qemu\x2d3\x2dweb.scope is the domain web */
function domainOf(name: string): string {
  return unescapeUnit(name).replace(/^qemu-\d+-/, '');
}
