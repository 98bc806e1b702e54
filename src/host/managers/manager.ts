import type { CgroupIdentity, CgroupOwner } from '../host.js';

/**
 * Whoever makes cgroups: how its paths look, who they are in its own words, and who writes their files. One file for
 * each, so that what a path tells is written once.
 */
export interface Manager {
  kind: CgroupIdentity['kind'];
  /** What the path alone tells, of this host or of any other; null where it is not this manager's. */
  identify(path: string): Told | null;
  /** In words, from all that is known by then (a container's name is only known live). */
  describe(identity: CgroupIdentity, detail: string): string;
  /** Who writes its files: the first rule that matches of all managers' decides. */
  owns: OwnerRule[];
}

/** A field that is left out may be told by another manager; `null` is "none" and stands. */
export interface Told extends Partial<Omit<CgroupIdentity, 'kind' | 'text'>> {
  /** which part of the path (from 0) makes it this manager's */
  at: number;
  /** what only the description needs: a step, a task, a class */
  detail?: string;
}

export interface OwnerRule {
  kind: CgroupOwner['kind'];
  pattern: RegExp;
  /** for people; NAME is what the pattern's first group caught */
  text: (name: string) => string;
  setLimit: (name: string, bytes: number | 'max') => string;
  setNodes: (name: string, nodes: string) => string;
  /** its manager writes the cgroup itself and not those below it: systemd in a container, a service with Delegate=yes */
  endsHere?: boolean;
  /** only where systemd runs the host */
  needsSystemd?: boolean;
}

/** A container's id, whole or short. */
export const containerId = '[0-9a-f]{12,64}';

/** Engines print and take the first twelve digits. */
export function short(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}

/** `web (3f2a1b2c3d4e)`, or the id alone where the name is not known. */
export function nameAndId({ container, containerName }: CgroupIdentity): string {
  const id = short(container ?? '');
  return containerName === null || containerName === container ? id : `${containerName} (${id})`;
}

export const anew = (engine: string) => `make the container anew without a memory limit: ${engine} takes none away`;

export function partsOf(path: string): string[] {
  return path.split('/').slice(1);
}

/** The deepest part of a path that looks like this. */
export function deepest(path: string, pattern: RegExp): { at: number; match: RegExpExecArray; parts: string[] } | null {
  const parts = partsOf(path);
  for (let at = parts.length - 1; at >= 0; at--) {
    const match = pattern.exec(parts[at]!);
    if (match) return { at, match, parts };
  }
  return null;
}

/** systemd.unit(5): `\x2d` is a hyphen, and a lone hyphen a slash; the latter only in paths, which are left as they are. */
export function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
