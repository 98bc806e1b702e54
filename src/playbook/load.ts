import { readFileSync } from 'node:fs';
import { UndoomError } from '../errors.js';
import { builtIns } from './built-ins.js';
import { nearest } from './nearest.js';
import { parsePlaybook, refuse } from './parse.js';
import type { Playbook } from './playbook.js';

export { builtIns } from './built-ins.js';
export { parsePlaybook } from './parse.js';

/**
 * A built-in by its name, else a file: what has no `/` and no `.yaml` and is the name of a built-in is the built-in.
 */
export function loadPlaybook(nameOrPath: string): Playbook {
  const all = builtIns();
  const builtIn = all.find(({ name }) => name === nameOrPath);
  if (builtIn) return builtIn;
  let bytes: Buffer;
  try {
    bytes = readFileSync(nameOrPath);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file and no such built-in' : `it cannot be read (${code})`;
    const meant =
      code === 'ENOENT'
        ? nearest(
            nameOrPath,
            all.map(({ name }) => name),
          )
        : null;
    const hint = meant ? `Did you mean ${meant}?` : 'See "undoom playbook list" for the built-ins';
    throw new UndoomError('call.playbook', `${nameOrPath}: ${why}`, { hint, cause });
  }
  const origin = { kind: 'file', name: nameOrPath } as const;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse(origin, [{ line: 1, text: 'it is not UTF-8 text' }]);
  }
  return parsePlaybook(text, origin);
}
