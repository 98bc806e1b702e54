import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { parsePlaybook } from './parse.js';
import type { Playbook } from './playbook.js';

let read: Playbook[] | null = null;

/** The templates of `playbooks/`, by name. They cannot change while undoom runs: read once. */
export function builtIns(): Playbook[] {
  if (read) return read;
  const folder = join(packageRoot(), 'playbooks');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  read = files.sort().map((file) => {
    const name = file.slice(0, -'.yaml'.length);
    return parsePlaybook(readFileSync(join(folder, file), 'utf8'), { kind: 'built-in', name });
  });
  return read;
}

export function builtIn(name: string): Playbook {
  const found = builtIns().find((playbook) => playbook.name === name);
  if (!found) throw new Error(`there is no built-in playbook ${name}`);
  return found;
}
