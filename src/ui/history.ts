import type { HistoryEntry } from '../schemas/history.js';
import { escapeForTerminal } from '../text/escape.js';
import { block, paragraphs, pieces, sides } from './layout.js';
import { marks, type Screen, type Style, styled } from './screen.js';
import { shellCommand } from './shell-command.js';
import { ago, readTime, showTime } from './time.js';
import { valueInWords } from './value-words.js';

/** The runs, newest first as they are given: what each did, and whether it stands. */
export function showHistory(entries: HistoryEntry[], screen: Screen, { detail }: { detail: boolean }): string {
  if (entries.length === 0) return 'undoom has changed nothing on this host.';
  const newest = entries.find(({ stands }) => stands);
  return paragraphs(
    ...entries.map((entry) => (detail ? detailRows(screen, entry) : entryRows(screen, entry))),
    newest ? ['Take back what stands', ...shellCommand(screen, `undoom rollback ${newest.run}`, 2)] : [],
  ).join('\n');
}

function entryRows(screen: Screen, entry: HistoryEntry): string[] {
  const relative = ago(readTime(entry.time)?.milliseconds ?? screen.now, screen.now) ?? '';
  return [
    ...sides(screen, entry.run, `${relative}, by ${entry.user}`, { leftStyle: 'bold' }),
    ...block(screen, entry.title, { indent: 2 }),
    ...stateRows(screen, entry),
    ...entry.changes.flatMap(({ path, before, after }) =>
      block(screen, `${path}: ${inWords(path, before)} to ${inWords(path, after)}`, { indent: 2, style: 'dim' }),
    ),
  ];
}

function inWords(path: string, value: string | null): string {
  return value === null ? 'unread' : (valueInWords(path, value) ?? value);
}

function detailRows(screen: Screen, entry: HistoryEntry): string[] {
  const facts: [string, string | null][] = [
    ['when', showTime(entry.time)],
    ['by', entry.user],
    ['playbook', entry.playbook],
    ['incident', entry.incident],
  ];
  return paragraphs(
    [
      ...block(screen, `${entry.run}: ${entry.title}`, { style: 'bold' }),
      ...facts.flatMap(([lead, text]) =>
        text === null ? [] : block(screen, text, { indent: 2, lead, leadWidth: 10, leadStyle: 'dim' }),
      ),
      ...stateRows(screen, entry),
      ...(entry.error === null ? [] : block(screen, entry.error, { indent: 2 })),
    ],
    ...entry.changes.map((change) => changeRows(screen, change)),
  );
}

const stateWords: Record<HistoryEntry['changes'][number]['state'], string> = {
  intended: 'announced, perhaps never written',
  written: 'written',
  undone: 'taken back',
};

function changeRows(
  screen: Screen,
  { path, before, after, state, refused }: HistoryEntry['changes'][number],
): string[] {
  const value = (sign: string, text: string | null) => {
    const words = text === null ? null : valueInWords(path, text);
    return block(screen, `${text ?? '(nothing to read)'}${words === null ? '' : ` (${words})`}`, {
      indent: 4,
      lead: sign,
    });
  };
  return [
    ...pieces(escapeForTerminal(path), screen.columns - 2).map((piece) => `  ${styled(screen, 'bold', piece)}`),
    ...value('-', before),
    ...value('+', after),
    ...block(screen, stateWords[state], { indent: 4 }),
    ...(refused === null ? [] : block(screen, `not taken back: ${refused}`, { indent: 4 })),
  ];
}

function stateRows(screen: Screen, entry: HistoryEntry): string[] {
  const [mark, style, text] = stateOf(screen, entry);
  return block(screen, text, { indent: 2, lead: mark, leadStyle: style });
}

function stateOf(screen: Screen, { outcome, stands, rolledBackAt }: HistoryEntry): [string, Style | null, string] {
  const { ok, no, warning } = marks(screen);
  if (rolledBackAt !== null) return [ok, 'green', `taken back ${showTime(rolledBackAt)}`];
  if (outcome === null)
    return [
      warning,
      'yellow',
      stands ? 'cut off before its end: changes may stand' : 'cut off before its end: no change stands',
    ];
  const words = { changed: 'done', unchanged: 'nothing to change', stuck: 'changes stand that should not' } as const;
  const text = words[outcome as keyof typeof words] ?? outcome;
  if (outcome === 'changed')
    return [ok, 'green', stands ? `${text}, and stands` : `${text}; nothing of it can be taken back`];
  return [
    outcome === 'unchanged' ? ok : no,
    outcome === 'unchanged' ? 'green' : 'red',
    stands && outcome !== 'stuck' ? `${text}: changes may stand` : text,
  ];
}
