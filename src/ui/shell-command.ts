import { escapeForTerminal } from '../text/escape.js';
import { widthOf } from '../text/width.js';
import { pieces } from './layout.js';
import { type Screen, styled } from './screen.js';

/**
 * A command that a person may paste. One that is wider than the screen is continued with a backslash as sh(1) has it, so
 * that what is pasted is still the same command: between words where that will do, else within a word, and there the
 * next line begins at the first column. Within single quotes, where a backslash is only itself, the quotes are closed
 * and opened again.
 */
export function shellCommand(screen: Screen, command: string, indent: number): string[] {
  const words = wordsOf(escapeForTerminal(command).trim());
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const [index, word] of words.entries()) {
    // two cells are kept for " \"
    const room = screen.columns - (index < words.length - 1 ? 2 : 0);
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (widthOf(longer) <= room) {
      line = longer;
      isEmpty = false;
      continue;
    }
    if (!isEmpty) lines.push(`${line} \\`);
    line = ' '.repeat(indent + 2) + word;
    if (lines.length === 0) line = ' '.repeat(indent) + word;
    isEmpty = false;
    if (widthOf(line) > room) {
      const parts = cut(line, screen.columns - 4);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1)!;
    }
  }
  return [...lines, line].map((one) => styled(screen, 'bold', one));
}

/** Words as the shell sees them: blanks within quotes do not part them. */
function wordsOf(command: string): string[] {
  return command.match(/(?:'[^']*'?|"(?:\\.|[^"\\])*"?|\\.|[^\s'"\\]|\\$)+/g) ?? [];
}

function cut(line: string, width: number): string[] {
  const lines: string[] = [];
  let open = false;
  for (const [index, piece] of pieces(line, width).entries()) {
    const begins = open ? `'${piece}` : piece;
    for (const quote of piece.matchAll(/'/g)) open = quote[0] === "'" ? !open : open;
    const ends = open ? `${begins}'` : begins;
    if (index > 0) lines[lines.length - 1] += '\\';
    lines.push(ends);
  }
  // the last piece closes its quotes itself
  if (open) lines[lines.length - 1] = lines.at(-1)!.slice(0, -1);
  return lines;
}
