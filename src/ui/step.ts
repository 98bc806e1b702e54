import { actionNamed } from '../actions/index.js';
import type { ChangeView, GuardResult, StepResult } from '../schemas/run.js';
import { escapeForTerminal } from '../text/escape.js';
import { widthOf } from '../text/width.js';
import { block, pieces } from './layout.js';
import { marks, type Screen, type Style, styled } from './screen.js';
import { shellCommand } from './shell-command.js';
import { valueInWords } from './value-words.js';

/** A change as it is to be approved: nothing of it is cut, and the raw value stands before its meaning. */
export function changeRows(screen: Screen, change: ChangeView, indent: number): string[] {
  const { path, before, after, command } = change;
  const unread = change.kind === 'command' ? '(a command: there is no value to read)' : '(nothing to read here)';
  return [
    ...exactly(screen, path, indent, 'bold'),
    ...valueRows(screen, '-', path, before ?? unread, indent + 2, 'red'),
    ...valueRows(screen, '+', path, after ?? '(known when it is run)', indent + 2, 'green'),
    ...block(screen, 'as root:', { indent: indent + 2, style: 'dim' }),
    ...shellCommand(screen, command, indent + 4),
  ];
}

/** Cut over several lines where it must be, never shortened. */
function exactly(screen: Screen, text: string, indent: number, style: Style | null): string[] {
  return pieces(escapeForTerminal(text), screen.columns - indent).map(
    (piece) => ' '.repeat(indent) + styled(screen, style, piece),
  );
}

function valueRows(screen: Screen, sign: string, path: string, value: string, indent: number, style: Style): string[] {
  const words = valueInWords(path, value);
  const text = `${sign} ${value}${words === null ? '' : `   ${words}`}`;
  return widthOf(text) + indent > screen.columns
    ? block(screen, value, { indent, lead: sign, style, leadStyle: style })
    : exactly(screen, text, indent, style);
}

export function guardRows(screen: Screen, guards: GuardResult[], indent: number): string[] {
  return guards.flatMap(({ ok, text }) =>
    block(screen, text, {
      indent,
      lead: ok ? marks(screen).ok : marks(screen).no,
      leadStyle: ok ? 'green' : 'red',
    }),
  );
}

/** What a person does: undoom only says it. */
export function manualRows(screen: Screen, { title, instruction, command }: StepResult, indent: number): string[] {
  return [
    ...block(screen, title, { indent, style: 'bold' }),
    ...(instruction === null ? [] : block(screen, instruction, { indent: indent + 2 })),
    ...(command === null ? [] : shellCommand(screen, command, indent + 2)),
  ];
}

export function isIrreversible({ action, changes }: StepResult): boolean {
  return changes.length > 0 && actionNamed(action)?.reversible === false;
}
