import { styleText } from 'node:util';

/** What the place where the text is shown can do. */
export interface Screen {
  columns: number;
  color: boolean;
  /** false: ASCII bars and marks */
  unicode: boolean;
  /** milliseconds since the epoch, for "4 min ago" */
  now: number;
}

const narrowest = 40;
const widest = 100;

export function screenOf(stream: { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv): Screen {
  const columns = (stream.isTTY && stream.columns) || 80;
  return {
    columns: Math.max(narrowest, Math.min(columns, widest)),
    color: hasColor(stream.isTTY === true, env),
    unicode: hasUnicode(env),
    now: Date.now(),
  };
}

/** https://no-color.org and https://force-color.org: what is forced goes first, as in Node itself. */
function hasColor(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && !NO_COLOR && TERM !== 'dumb';
}

/** locale(7): LC_ALL, then LC_CTYPE, then LANG. Where none is set (cron, a bare ssh) terminals read UTF-8 all the same. */
function hasUnicode({ LC_ALL, LC_CTYPE, LANG, TERM }: NodeJS.ProcessEnv): boolean {
  // the kernel's own console has neither eighths of a block nor check marks in its fonts
  if (TERM === 'linux') return false;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  if (locale === 'C' || locale === 'POSIX') return false;
  const charset = /\.([^@]*)/.exec(locale)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** Never the only carrier of a meaning. The text must be safe already: everything from `layout.ts` is. */
export function styled(screen: Screen, style: Style | null, text: string): string {
  if (!screen.color || style === null || text === '') return text;
  return styleText(style, text, { validateStream: false });
}

const unicodeMarks = { ok: '✓', no: '✗', warning: '!', unknown: '?', ellipsis: '…', here: '▸' };
const asciiMarks: typeof unicodeMarks = { ok: '+', no: 'x', warning: '!', unknown: '?', ellipsis: '...', here: '>' };

export function marks({ unicode }: Screen): typeof unicodeMarks {
  return unicode ? unicodeMarks : asciiMarks;
}
