/** Cgroup paths as the kernel prints them: absolute, `/` its root. */
export function isProperAncestor(ancestor: string, path: string): boolean {
  return path !== ancestor && path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}
