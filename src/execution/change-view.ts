import type { Change } from '../actions/action.js';
import type { ChangeView } from '../schemas/run.js';
import { shellQuote, writeCommand } from '../text/quote.js';

/** A change as people and scripts see it: with the command a person would type. */
export function viewOf(change: Change): ChangeView {
  const { kind, path, before, after } = change;
  const command =
    change.kind === 'write' ? writeCommand(path, change.after) : `sudo ${change.argv.map(shellQuote).join(' ')}`;
  return { kind, path, before, after, command };
}
