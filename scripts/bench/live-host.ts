/** A host with very many cgroups and processes: made below one folder of its own, and taken away again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

export interface LiveHost {
  cgroups: number;
  processes: number;
  folder: string;
  remove(): void;
}

/** Where memory cgroups are: v2 where it has the controller, else v1. */
export function memoryHierarchy(): string | null {
  if (existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes')) return '/sys/fs/cgroup/memory';
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : null;
}

/** Groups of a hundred, so that no folder has ten thousand entries. */
export function makeLiveHost(hierarchy: string, cgroups: number, processes: number): LiveHost {
  const folder = join(hierarchy, `undoom-test-bench-${process.pid}`);
  const children: ChildProcess[] = [];
  mkdirSync(folder);
  const remove = () => {
    for (const child of children) child.kill('SIGKILL');
    removeTree(folder);
  };
  try {
    let made = 1;
    for (let group = 0; made < cgroups; group++) {
      const slice = join(folder, `group-${group}`);
      mkdirSync(slice);
      made++;
      for (let unit = 0; unit < 99 && made < cgroups; unit++, made++) mkdirSync(join(slice, `unit-${unit}`));
    }
    for (let count = 0; count < processes; count++) children.push(spawn('sleep', ['3600'], { stdio: 'ignore' }));
  } catch (error) {
    remove();
    throw error;
  }
  return { cgroups, processes, folder, remove };
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}
