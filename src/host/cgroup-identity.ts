import { isCgroupPath } from './cgroup-path.js';
import type { CgroupIdentity } from './host.js';
import { managers } from './managers/index.js';
import type { Told } from './managers/manager.js';
import { systemd } from './managers/systemd.js';

/** What only files of the host tell: names for ids. */
export type Names = Partial<Pick<CgroupIdentity, 'containerName' | 'pod' | 'podNamespace'>>;

/** Whoever else's unit is in one of these is the unit of a systemd inside. */
const containers: CgroupIdentity['kind'][] = [
  'kubernetes',
  'podman',
  'crio',
  'containerd',
  'docker',
  'ecs',
  'proxmox',
  'lxc',
  'nspawn',
];

/**
 * Who a cgroup is, by what its path looks like: the first manager that knows it says so, the others fill in what it
 * leaves open (the uid of a rootless container, the scope around it).
 * @param path as the kernel prints it, of this host or another
 * @param namesOf asks the host for names; without it only the path tells
 * @returns null where nobody known made it
 */
export function identityOf(
  path: string,
  namesOf: (identity: CgroupIdentity) => Names = () => ({}),
): CgroupIdentity | null {
  if (!isCgroupPath(path)) return null;
  const found = managers.flatMap((manager) => {
    const told = manager.identify(path);
    return told ? [{ manager, told }] : [];
  });
  const [first] = found;
  if (!first) return null;
  const { at, detail = '' } = first.told;
  const known = Object.assign({}, ...found.map(({ told }) => fieldsOf(told)).reverse());
  const bare: CgroupIdentity = { ...nobody, kind: first.manager.kind, ...known };
  const identity = { ...bare, ...namesOf(bare) };
  const text = first.manager.describe(identity, detail);
  const unit = found.find(({ manager }) => manager === systemd)?.told;
  const isInside = containers.includes(identity.kind) && unit !== undefined && unit.at > at;
  return { ...identity, text: isInside ? `${systemd.describe(identity, '')} in ${text}` : text };
}

const nobody: Omit<CgroupIdentity, 'kind'> = {
  text: '',
  unit: null,
  container: null,
  containerName: null,
  runtime: null,
  pod: null,
  podNamespace: null,
  podUid: null,
  qosClass: null,
  machine: null,
  app: null,
  job: null,
  user: null,
  session: null,
};

function fieldsOf({ at: _at, detail: _detail, ...fields }: Told): Partial<CgroupIdentity> {
  return fields;
}
