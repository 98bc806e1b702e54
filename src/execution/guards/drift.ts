import { isDeepStrictEqual } from 'node:util';
import type { GuardResult } from '../../schemas/run.js';
import { formatLimit } from '../../text/bytes.js';

type State = Record<string, unknown>;

/**
 * A step is for the state it saw: what it states in `was` must still be what the host says, and what it would change
 * must be in `was`.
 * @param was as the playbook states it, read by the action's own schema
 * @param now as the plan read it
 */
export function drift(was: State, now: State): GuardResult {
  const differences = [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => {
    if (isDeepStrictEqual(was[key], now[key])) return [];
    if (was[key] === undefined)
      return [`${key} would change with it (it is ${inWords(now[key])}), which "was" does not state`];
    if (now[key] === undefined) return [`${key} was ${inWords(was[key])}, and is nothing to change now`];
    return [`${key} was ${inWords(was[key])}, is now ${inWords(now[key])}`];
  });
  return differences.length === 0
    ? {
        id: 'drift',
        ok: true,
        text: `still as it was shown: ${Object.entries(now)
          .map(([key, value]) => `${key} ${inWords(value)}`)
          .join(', ')}`,
      }
    : { id: 'drift', ok: false, text: differences.join('; ') };
}

function inWords(value: unknown): string {
  if (value === 'max') return formatLimit('max');
  // only sizes are that large among what actions state
  if (typeof value === 'number') return value >= 2 ** 20 ? formatLimit(value) : String(value);
  return typeof value === 'string' ? value || 'empty' : JSON.stringify(value);
}
