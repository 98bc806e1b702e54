import { posix } from 'node:path';
import { pathsBelow } from './cgroup-children.js';
import { identityOf } from './cgroup-identity.js';
import { ownerOf } from './cgroup-owner.js';
import { isCgroupPath } from './cgroup-path.js';
import { namesOf } from './container-names.js';
import { readCpuset } from './cpuset-cgroup.js';
import type { HostFiles } from './files.js';
import type { CgroupMount, Cgroups } from './host.js';
import { integer } from './malformed.js';
import { type MemoryCgroupContext, ownSwapRoom, readMemoryCgroup } from './memory-cgroup.js';
import { mountOf, parseCgroupMounts, parseMounts } from './mountinfo.js';
import { once } from './once.js';

/** The hierarchies as they are mounted. Cgroups are read when they are asked for, once. */
export function openCgroups(files: HostFiles, context: MemoryCgroupContext & { mayHaveSystemd: boolean }): Cgroups {
  const mountinfo = files.read('/proc/self/mountinfo') ?? files.read('/proc/1/mountinfo');
  const mounts = mountinfo === null ? parseMounts(files.read('/proc/mounts') ?? '') : parseCgroupMounts(mountinfo);
  const unified = ({ mountPoint }: CgroupMount) =>
    (files.read(`${mountPoint}/cgroup.controllers`) ?? '').trim().split(/\s+/);
  const memoryMount = mountOf('memory', mounts, unified);
  const cpusetMount = mountOf('cpuset', mounts, unified);
  const foldersOf = perPath((directory) => files.folders(directory));
  const memoryPaths = once(() => (memoryMount ? walk(memoryMount, foldersOf) : []));
  const cpusetPaths = once(() => (cpusetMount ? walk(cpusetMount, foldersOf) : []));
  const swapRoom: (directory: string) => number = perPath((directory) =>
    directory === memoryMount?.mountPoint || directory === '/'
      ? Number.POSITIVE_INFINITY
      : Math.min(ownSwapRoom(directory, files), swapRoom(posix.dirname(directory))),
  );
  return {
    memoryMount,
    cpusetMount,
    memory: perPath((path) => {
      const directory = directoryOf(path, memoryMount);
      const children = directory === null ? null : foldersOf(directory);
      if (directory === null || children === null) return null;
      const { version } = memoryMount!;
      return readMemoryCgroup(path, directory, version, children, files, context, () => swapRoom(directory));
    }),
    cpuset: perPath((path) => {
      const directory = directoryOf(path, cpusetMount);
      return directory === null ? null : readCpuset(path, directory, cpusetMount!.version, files);
    }),
    get memoryPaths() {
      return memoryPaths();
    },
    cpusetsNamed: (name) =>
      name === '/' ? ['/'] : cpusetPaths().filter((path) => path.slice(path.lastIndexOf('/') + 1) === name),
    owner: (path) => ownerOf(path, context.mayHaveSystemd),
    identity: perPath((path) => identityOf(path, (identity) => namesOf(identity, files))),
    usageBytes: (path) => {
      const directory = directoryOf(path, memoryMount);
      const file = memoryMount?.version === 1 ? 'memory.usage_in_bytes' : 'memory.current';
      return directory === null ? null : integer(files.read(`${directory}/${file}`)?.trim());
    },
  };
}

function perPath<Result>(read: (path: string) => Result): (path: string) => Result {
  const known = new Map<string, Result>();
  return (path) => {
    if (!known.has(path)) known.set(path, read(path));
    return known.get(path)!;
  };
}

/** @returns null where the path is none, or lies outside of what the mount shows (as in a container) */
function directoryOf(path: string, mount: CgroupMount | null): string | null {
  if (!mount || !isCgroupPath(path)) return null;
  const top = mount.root === '/' ? '' : mount.root;
  if (path === mount.root || (path === '/' && top === '')) return mount.mountPoint;
  return path.startsWith(`${top}/`) ? `${mount.mountPoint}${path.slice(top.length)}` : null;
}

/** All cgroups of a hierarchy, parents first. One that goes away meanwhile is left out. */
function walk(mount: CgroupMount, foldersOf: HostFiles['folders']): string[] {
  const paths: string[] = [];
  const visit = (path: string, directory: string) => {
    const children = foldersOf(directory);
    if (children === null) return;
    paths.push(path);
    for (const [index, child] of pathsBelow(path, children).entries()) visit(child, `${directory}/${children[index]}`);
  };
  visit(mount.root, mount.mountPoint);
  return paths;
}
