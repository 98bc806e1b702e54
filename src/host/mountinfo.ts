// /proc/self/mountinfo (proc_pid_mountinfo(5)):
//   35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
import type { CgroupMount } from './host.js';

interface MountedHierarchy extends CgroupMount {
  writable: boolean;
  options: string[];
}

/** The kernel writes space, tab, line break and backslash of a path as three octal digits. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

export function parseCgroupMounts(text: string): MountedHierarchy[] {
  return text.split('\n').flatMap((line): MountedHierarchy[] => {
    const match = /^\d+ \d+ \S+ (\S+) (\S+) (\S+)(?: [^-]\S*)* - (cgroup2?) \S+ (\S+)$/.exec(line.trimEnd());
    if (!match) return [];
    const [, root, mountPoint, mountOptions, type, superOptions] = match as unknown as string[];
    return [
      {
        version: type === 'cgroup2' ? 2 : 1,
        root: unescapeOctal(root!),
        mountPoint: unescapeOctal(mountPoint!),
        writable: mountOptions!.split(',')[0] === 'rw',
        options: superOptions!.split(','),
      },
    ];
  });
}

/** /proc/mounts, where a copied tree has no mountinfo: it does not tell a mount's root. */
export function parseMounts(text: string): MountedHierarchy[] {
  return text.split('\n').flatMap((line): MountedHierarchy[] => {
    const [, mountPoint, type, options] = line.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const list = (options ?? '').split(',');
    return [
      {
        version: type === 'cgroup2' ? 2 : 1,
        root: '/',
        mountPoint: unescapeOctal(mountPoint!),
        writable: list[0] === 'rw',
        options: list,
      },
    ];
  });
}

/**
 * Where a controller sits: on v1 where a hierarchy is mounted with it; else on v2, where the unified hierarchy has it.
 * Of several mounts the one that shows the whole hierarchy and may be written is best.
 * @param unifiedControllers what cgroup.controllers at a v2 mount's top says
 */
export function mountOf(
  controller: string,
  mounts: MountedHierarchy[],
  unifiedControllers: (mount: CgroupMount) => string[],
): CgroupMount | null {
  const rank = (mount: MountedHierarchy) => (mount.root === '/' ? 2 : 0) + (mount.writable ? 1 : 0);
  const having = mounts.filter(
    (mount) =>
      // a mount from above this process's own cgroup namespace (cgroup_namespaces(7)) shows no path of the kernel's log
      !mount.root.includes('/..') &&
      (mount.version === 1 ? mount.options.includes(controller) : unifiedControllers(mount).includes(controller)),
  );
  const best = having.sort((a, b) => rank(b) - rank(a))[0];
  return best ? { version: best.version, mountPoint: best.mountPoint, root: best.root } : null;
}
