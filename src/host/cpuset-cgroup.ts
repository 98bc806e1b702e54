import { parseList } from '../text/lists.js';
import { pathsBelow } from './cgroup-children.js';
import type { HostFiles } from './files.js';
import type { CpusetCgroup } from './host.js';

/** cpuset.mems and what it comes to (kernel/cgroup/cpuset.c). null where the cgroup is gone or has no such file. */
export function readCpuset(path: string, directory: string, version: 1 | 2, files: HostFiles): CpusetCgroup | null {
  const paths = {
    mems: `${directory}/cpuset.mems`,
    effectiveMems: version === 2 ? `${directory}/cpuset.mems.effective` : `${directory}/cpuset.effective_mems`,
  };
  const effective = files.read(paths.effectiveMems);
  // the root of v2 has only the effective ones, a v1 kernel before 3.17 only the configured ones
  const mems = (files.read(paths.mems) ?? (version === 2 ? '' : null))?.trim() ?? null;
  const nodes = parseList(effective ?? mems ?? '');
  if ((effective === null && !mems) || mems === null || nodes === null) return null;
  const migrate = files.read(`${directory}/cpuset.memory_migrate`)?.trim();
  return {
    path,
    version,
    directory,
    mems,
    effectiveMems: nodes,
    children: pathsBelow(path, files.folders(directory) ?? []),
    memoryMigrate: migrate === undefined ? null : migrate === '1',
    processCount: countLines(files.read(`${directory}/cgroup.procs`)),
    paths,
  };
}

export function countLines(text: string | null): number | null {
  return text === null ? null : text.split('\n').filter((line) => line !== '').length;
}
