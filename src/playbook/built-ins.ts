import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import type { Playbook } from './playbook.js';

/** The templates of `playbooks/` as the build has read and checked them: a diagnosis has no time to load what checks them. */
export interface CompiledBuiltIns {
  playbooks: Playbook[];
  /** by playbook and step */
  needs: Record<string, Record<string, StepNeeds>>;
}

/** When a step is left out of a playbook for want of parameters. */
export interface StepNeeds {
  /** the arguments that its action cannot do without */
  required: string[];
  /** whether its action takes a call without arguments */
  mayBeEmpty: boolean;
}

let read: CompiledBuiltIns | null = null;

/** They cannot change while undoom runs: read once. */
export function compiledBuiltIns(): CompiledBuiltIns {
  read ??= JSON.parse(readFileSync(join(packageRoot(), 'dist', 'playbooks.json'), 'utf8')) as CompiledBuiltIns;
  return read;
}

/** The templates of `playbooks/`, by name. */
export function builtIns(): Playbook[] {
  return compiledBuiltIns().playbooks;
}

export function builtIn(name: string): Playbook {
  const found = builtIns().find((playbook) => playbook.name === name);
  if (!found) throw new Error(`there is no built-in playbook ${name}`);
  return found;
}

export function stepNeeds(playbook: string, step: string): StepNeeds {
  return compiledBuiltIns().needs[playbook]![step]!;
}
