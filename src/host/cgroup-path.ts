/**
 * A cgroup's path as the kernel prints it: absolute, `/` is the root. From a log or a file it is anybody's text, so that
 * nothing that could lead elsewhere is one: no `..`, no empty part, no control character, no NUL.
 */
export function isCgroupPath(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/') || path.length > 4096 || /[\p{Cc}\u2028\u2029]/u.test(path)) return false;
  return path
    .slice(1)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255);
}
