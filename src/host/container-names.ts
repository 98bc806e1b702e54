import type { Names } from './cgroup-identity.js';
import { readDockerContainer } from './docker-container.js';
import type { HostFiles } from './files.js';
import type { CgroupIdentity } from './host.js';
import { isRecord, parseJson } from './json.js';

/** RFC 1123, as Kubernetes takes names of pods and namespaces: nothing else may reach a command. */
const label = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const isId = (id: string) => /^[0-9a-f]{12,64}$/.test(id);

/**
 * Names for the ids of a path, from files that engines and the kubelet keep; no program is run for it. Where they may
 * not be read, or the container is gone with them, nothing is told.
 */
export function namesOf(identity: CgroupIdentity, files: HostFiles): Names {
  const { kind, container } = identity;
  if (kind === 'kubernetes') return podNames(identity, files);
  if (container === null || identity.containerName !== null) return {};
  switch (kind) {
    case 'docker':
    case 'ecs':
      return isId(container) ? named(readDockerContainer(container, files)?.name) : {};
    case 'podman':
    case 'crio':
      return named(storedName(container, identity.user, files));
    case 'containerd':
      return named(annotation(container, ['nerdctl/name', 'io.kubernetes.cri.container-name'], files));
    default:
      return {};
  }
}

function named(name: string | null | undefined): Names {
  return name === null || name === undefined || name === '' ? {} : { containerName: name };
}

function podNames({ container, podUid }: CgroupIdentity, files: HostFiles): Names {
  const names: Names = {};
  const tell = ({ pod, podNamespace, containerName }: Names) => {
    if (pod && label.test(pod)) names.pod ??= pod;
    if (podNamespace && label.test(podNamespace)) names.podNamespace ??= podNamespace;
    if (containerName && label.test(containerName)) names.containerName ??= containerName;
  };
  if (podUid !== null) {
    // /var/log/pods/NAMESPACE_NAME_UID
    const folder = (files.folders('/var/log/pods') ?? []).find((name) => name.endsWith(`_${podUid}`));
    const [podNamespace, pod] = folder?.split('_') ?? [];
    tell({ pod, podNamespace });
  }
  if (container !== null) {
    // POD_NAMESPACE_CONTAINER-ID.log
    const link = (files.list('/var/log/containers') ?? []).find((name) => name.endsWith(`-${container}.log`));
    const [pod, podNamespace, last] = link?.split('_') ?? [];
    tell({ pod, podNamespace, containerName: last?.slice(0, -`-${container}.log`.length) });
  }
  if (container !== null && (names.pod === undefined || names.containerName === undefined)) {
    const containerName = annotation(container, ['io.kubernetes.cri.container-name'], files) ?? undefined;
    tell({
      containerName,
      pod: annotation(container, ['io.kubernetes.cri.sandbox-name'], files) ?? undefined,
      podNamespace: annotation(container, ['io.kubernetes.cri.sandbox-namespace'], files) ?? undefined,
    });
    // k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT, as the kubelet has Docker and CRI-O call it
    const engine = readDockerContainer(container, files)?.name ?? storedName(container, null, files) ?? '';
    const [prefix, inPod, pod, podNamespace] = engine.split('_');
    if (prefix === 'k8s') tell({ containerName: inPod, pod, podNamespace });
  }
  if (names.pod === undefined && podUid !== null) {
    // the kubelet's own /etc/hosts for the pod ends with its address and name
    const hosts = files.read(`/var/lib/kubelet/pods/${podUid}/etc-hosts`);
    const own = hosts?.split('\n').findLast((line) => /^[0-9a-f.:]+\t/.test(line) && !/localhost|ip6-/.test(line));
    tell({ pod: own?.split('\t').at(-1)?.trim() });
  }
  return names;
}

/** containers/storage, of Podman and CRI-O: overlay-containers/containers.json is a list of {id, names}. */
function storedName(id: string, uid: number | null, files: HostFiles): string | null {
  const home = uid === null || uid === 0 ? null : homeOf(uid, files);
  const storage = home === null ? '/var/lib/containers/storage' : `${home}/.local/share/containers/storage`;
  const list = parseJson(files.read(`${storage}/overlay-containers/containers.json`));
  const found = Array.isArray(list) ? list.find((one) => isRecord(one) && String(one.id).startsWith(id)) : null;
  const name = Array.isArray(found?.names) ? found.names[0] : null;
  return typeof name === 'string' ? name : null;
}

function homeOf(uid: number, files: HostFiles): string | null {
  const lines = (files.read('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  const home = lines.find((fields) => fields[2] === String(uid))?.[5];
  return home?.startsWith('/') && !home.split('/').includes('..') ? home : null;
}

/** The runtime's configuration of a container that runs; its annotations carry the names. */
function annotation(id: string, keys: string[], files: HostFiles): string | null {
  for (const namespace of ['k8s.io', 'default']) {
    const path = `/run/containerd/io.containerd.runtime.v2.task/${namespace}/${id}/config.json`;
    const config = parseJson(files.read(path));
    const annotations = isRecord(config) && isRecord(config.annotations) ? config.annotations : {};
    for (const key of keys) if (typeof annotations[key] === 'string') return annotations[key];
  }
  return null;
}
