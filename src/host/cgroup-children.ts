/** `/a` and `b` is `/a/b`. */
export function pathsBelow(path: string, names: string[]): string[] {
  return names.map((name) => (path === '/' ? `/${name}` : `${path}/${name}`));
}
