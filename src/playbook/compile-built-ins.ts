import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionNamed } from '../actions/index.js';
import { packageRoot } from '../package-root.js';
import type { CompiledBuiltIns, StepNeeds } from './built-ins.js';
import { parsePlaybook } from './parse.js';
import type { Playbook } from './playbook.js';

/**
 * The files of `playbooks/`, each checked as any other playbook is.
 * @throws UndoomError `call.playbook` for one that is wrong
 */
export function compileBuiltIns(): CompiledBuiltIns {
  const folder = join(packageRoot(), 'playbooks');
  const playbooks = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.yaml'.length);
      return parsePlaybook(readFileSync(join(folder, file), 'utf8'), { kind: 'built-in', name });
    });
  return {
    playbooks,
    needs: Object.fromEntries(playbooks.map((playbook) => [playbook.name, needsOf(playbook)])),
  };
}

function needsOf({ steps }: Playbook): Record<string, StepNeeds> {
  return Object.fromEntries(
    steps.map(({ id, action, with: args }) => {
      const empty = actionNamed(action)!.with.safeParse({});
      const missing = (empty.error?.issues ?? []).map(({ path }) => String(path[0]));
      return [id, { required: missing.filter((key) => Object.hasOwn(args, key)), mayBeEmpty: empty.success }];
    }),
  );
}
