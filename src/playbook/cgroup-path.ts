/**
 * A cgroup's path as the kernel prints it: absolute within its hierarchy, nothing that a file system would resolve
 * (`..`, `.`, `//`), no control characters. The file system's own limits bound it (255 bytes a name, 4096 in all).
 */
export function isCleanCgroupPath(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/') || Buffer.byteLength(path) > 4096 || /\p{Cc}/u.test(path)) return false;
  return path
    .slice(1)
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 255);
}
