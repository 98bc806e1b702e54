import type { CgroupMount } from '../host/host.js';

/** The cgroups above one, from the highest down: `/a/b/c` gives `/`, `/a`, `/a/b`. */
export function ancestorsOf(cgroup: string): string[] {
  const names = cgroup.split('/').filter((name) => name !== '');
  return names.map((_, depth) => `/${names.slice(0, depth).join('/')}`);
}

/**
 * Whose file this is.
 * @returns the cgroup's path as the kernel prints it; null where the file lies outside the hierarchy
 */
export function cgroupOfFile(path: string, mount: CgroupMount | null): string | null {
  if (!mount?.mountPoint || !path.startsWith(`${mount.mountPoint}/`)) return null;
  const names = [...mount.root.split('/'), ...path.slice(mount.mountPoint.length).split('/').slice(0, -1)];
  return `/${names.filter((name) => name !== '').join('/')}`;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
