/**
 * Text into lines of a screen. Everything that is shown goes through here, and nothing leaves unescaped or wider than
 * the screen: widths are display cells, not characters.
 */
import { escapeForTerminal } from '../text/escape.js';
import { isNarrow, segmentsOf, widthOf } from '../text/width.js';
import { marks, type Screen, type Style, styled } from './screen.js';

/** One line, safe for a terminal, without runs of blanks. */
export function clean(text: string): string {
  return escapeForTerminal(text).replace(/ {2,}/g, ' ').trim();
}

/** The text in pieces of at most `width` cells; a grapheme is never cut in two. */
export function pieces(text: string, width: number): string[] {
  const found: string[] = [];
  let piece = '';
  let used = 0;
  if (isNarrow(text)) {
    for (let at = 0; at < text.length; at += Math.max(1, width)) found.push(text.slice(at, at + Math.max(1, width)));
    return found;
  }
  for (const segment of segmentsOf(text)) {
    const cells = widthOf(segment);
    if (used + cells > width && piece !== '') {
      found.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += cells;
  }
  if (piece !== '') found.push(piece);
  return found;
}

/** The words of a text in lines of at most `width` cells. A word that is wider is cut, after a comma or slash where it has one. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of clean(text).split(' ')) {
    for (const [index, part] of wordParts(word, width).entries()) {
      const cells = widthOf(part);
      const gap = index > 0 || line === '' ? '' : ' ';
      const fits = used + gap.length + cells <= width;
      if (!fits && line !== '') lines.push(line);
      line = fits ? line + gap + part : part;
      used = fits ? used + gap.length + cells : cells;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function wordParts(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  return word.split(/(?<=[,/])/).flatMap((part) => pieces(part, width));
}

/** UTF-16 units that one cell may take, accents and emoji included, but for those that mean to be long */
const unitsOfCell = 16;

export interface Block {
  indent?: number;
  /** what stands before the first line; the others hang under its end */
  lead?: string;
  /** cells that the lead takes, where leads of several blocks align */
  leadWidth?: number;
  leadStyle?: Style | null;
  style?: Style | null;
  /** lines at most: the rest is left out, and that is shown */
  most?: number;
}

export function block(screen: Screen, text: string, options: Block = {}): string[] {
  const { indent = 0, leadStyle = null, style = null, most = Infinity } = options;
  const lead = clean(options.lead ?? '');
  const hang = Math.max(options.leadWidth ?? 0, lead === '' ? 0 : widthOf(lead) + 1);
  const width = screen.columns - indent - hang;
  // of a text that is far too long only the beginning is laid out
  const room = (most + 1) * width * unitsOfCell;
  let lines = wrapWords(text.length > room ? text.slice(0, room) : text, width);
  if (lines.length > most || text.length > room) {
    lines = lines.slice(0, most);
    lines.push(fitEnd(screen, `${lines.pop()} ${marks(screen).ellipsis}`, width));
  }
  const [first = '', ...rest] = lines;
  const start = styled(screen, leadStyle, lead) + ' '.repeat(Math.max(0, hang - widthOf(lead)));
  return [
    `${' '.repeat(indent)}${start}${styled(screen, style, first)}`.trimEnd(),
    ...rest.map((line) => `${' '.repeat(indent + hang)}${styled(screen, style, line)}`),
  ];
}

/** Cut in the middle: of a cgroup's path both the beginning and the last name tell which one it is. */
export function fitMiddle(screen: Screen, text: string, width: number): string {
  const safe = clean(text);
  if (widthOf(safe) <= width) return safe;
  const { ellipsis } = marks(screen);
  const room = Math.max(0, width - ellipsis.length);
  return `${start(safe, Math.floor(room / 2))}${ellipsis}${end(safe, Math.ceil(room / 2))}`;
}

/** Cut at the end, where it does not fit. */
export function fitEnd(screen: Screen, text: string, width: number): string {
  const safe = clean(text);
  if (widthOf(safe) <= width) return safe;
  const { ellipsis } = marks(screen);
  return start(safe, Math.max(0, width - ellipsis.length)) + ellipsis;
}

function start(text: string, width: number): string {
  const piece = pieces(text, width)[0] ?? '';
  // a grapheme of two cells does not fit into one
  return widthOf(piece) > width ? '' : piece;
}

function end(text: string, width: number): string {
  let found = '';
  for (const segment of segmentsOf(text).reverse()) {
    if (widthOf(segment + found) > width) break;
    found = segment + found;
  }
  return found;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

export interface Sides {
  indent?: number;
  leftStyle?: Style | null;
  rightStyle?: Style | null;
}

/** Left and right of one line; where both do not fit, the right one goes below, still to the right. */
export function sides(screen: Screen, left: string, right: string, options: Sides = {}): string[] {
  const { indent = 0, leftStyle = null, rightStyle = null } = options;
  const width = screen.columns - indent;
  const tail = fitEnd(screen, right, width);
  const lines = wrapWords(left, width);
  const last = lines.at(-1) ?? '';
  const gap = width - widthOf(last) - widthOf(tail);
  const shown = lines.map((line) => ' '.repeat(indent) + styled(screen, leftStyle, line));
  if (tail === '') return shown;
  const end = styled(screen, rightStyle, tail);
  if (gap < 2) return [...shown, ' '.repeat(screen.columns - widthOf(tail)) + end];
  return [...shown.slice(0, -1), (shown.at(-1) ?? ' '.repeat(indent)) + ' '.repeat(gap) + end];
}

/** Short texts side by side, as many in a line as fit. */
export function cells(screen: Screen, texts: string[], indent: number): string[] {
  const lines: string[] = [];
  const gap = '   ';
  for (const text of texts.map((one) => fitEnd(screen, one, screen.columns - indent))) {
    const last = lines.at(-1);
    const longer = last === undefined ? null : last + gap + text;
    if (longer !== null && widthOf(longer) <= screen.columns) lines[lines.length - 1] = longer;
    else lines.push(' '.repeat(indent) + text);
  }
  return lines;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `share` (0 to 1) of `width` cells; what is not nothing is never invisible. */
export function bar(screen: Screen, share: number, width: number): string {
  const cellsTaken = Math.max(0, Math.min(1, share)) * width;
  if (!screen.unicode) return '#'.repeat(Math.max(share > 0 ? 1 : 0, Math.round(cellsTaken)));
  const parts = Math.max(share > 0 ? 1 : 0, Math.round(cellsTaken * 8));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}

/** Paragraphs with one empty line between those that have lines. */
export function paragraphs(...parts: string[][]): string[] {
  return parts.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}
