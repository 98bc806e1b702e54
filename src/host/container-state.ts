import { readDockerContainer } from './docker-container.js';
import type { HostFiles } from './files.js';
import type { CgroupIdentity } from './host.js';
import { isRecord, parseJson } from './json.js';

export interface ContainerState {
  /** false: the engine knows of it no more */
  known: boolean;
  running: boolean | null;
  restarts: number | null;
  startedAtMs: number | null;
}

const dockerFolder = '/var/lib/docker/containers';
const podmanList = '/var/lib/containers/storage/overlay-containers/containers.json';

/** What an engine's own files say of a container; null where they may not be read. Only Docker keeps its state in one. */
export function readContainerState({ kind, container, user }: CgroupIdentity, files: HostFiles): ContainerState | null {
  if (container === null || !/^[0-9a-f]{12,64}$/.test(container)) return null;
  if (kind === 'docker') {
    const found = readDockerContainer(container, files);
    if (found) return { known: true, running: found.running, restarts: found.restarts, startedAtMs: found.startedAtMs };
    const ids = files.folders(dockerFolder);
    return ids === null || ids.some((id) => id.startsWith(container)) ? null : unknown;
  }
  if (kind === 'podman' && user === null) {
    const list = parseJson(files.read(podmanList));
    if (!Array.isArray(list)) return null;
    const isThere = list.some((one) => isRecord(one) && String(one.id).startsWith(container));
    return isThere ? { ...unknown, known: true } : unknown;
  }
  return null;
}

const unknown: ContainerState = { known: false, running: null, restarts: null, startedAtMs: null };
