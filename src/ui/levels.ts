import type { Incident, Level } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { widthOf } from '../text/width.js';
import { bar, block, fitEnd, fitMiddle, padEnd, padStart } from './layout.js';
import { type Screen, styled } from './screen.js';

const shownLevels = 6;
const shownChildren = 5;
const barWidth = 10;
/** cells that the notes need at least: "◂ this limit was hit" */
const noteWidth = 21;
const columns = ['limit', 'held', 'peak'] as const;
/** cells: on a screen as narrow as this the peak gives way to the names */
const narrow = 60;

interface Row extends Record<(typeof columns)[number], string> {
  /** before the name: its depth */
  branch: string;
  name: string;
  note: string;
  isLimit: boolean;
}

/**
 * From the root down to the killed task's cgroup: limits, what is held, and which limit was hit; below that one, who
 * shares it. Nothing where only the report's one limit is known: that is told already.
 */
export function levelTree(screen: Screen, { levels }: Incident, indent: number): string[] {
  if (!levels.some(({ source, isLimit }) => isLimit && source === 'now')) return [];
  // the nearest to the task: above them is what does not bind
  const at = levels.findIndex(({ isLimit }) => isLimit);
  const shown = levels.slice(0, Math.max(shownLevels, at + 1)).reverse();
  const left = levels.length - shown.length;
  const paths = new Set(shown.map(({ path }) => path));
  const rows = shown.flatMap((level, depth) => [
    rowOf(screen, level, depth),
    ...level.children
      .filter(({ path }) => !paths.has(path))
      .slice(0, shownChildren)
      .map((child) => childRow(screen, child, depth + 1)),
  ]);
  const fitting = screen.columns < narrow ? columns.slice(0, 2) : columns;
  const used = fitting.filter((column) => rows.some((row) => row[column] !== ''));
  const widths = used.map((column) => Math.max(widthOf(column), ...rows.map((row) => widthOf(row[column]))));
  const taken = widths.reduce((sum, width) => sum + width + 2, indent);
  const room = Math.max(8, screen.columns - taken - 2 - noteWidth);
  const nameWidth = Math.min(room, Math.max(...rows.map(({ branch, name }) => widthOf(branch) + widthOf(name))));
  const lineOf = (name: string, cells: string[]) =>
    `${' '.repeat(indent)}${[padEnd(name, nameWidth), ...cells].join('  ')}`;
  const heads = used.map((column, index) => padStart(column, widths[index]!));
  const more = left > 0 ? block(screen, `and ${left} more above, in undoom diagnose --json`, { indent }) : [];
  return [
    styled(screen, 'dim', lineOf('', heads)),
    ...rows.map((row) => {
      const cells = used.map((column, index) => padStart(row[column], widths[index]!));
      const name = row.branch + fitMiddle(screen, row.name, Math.max(4, nameWidth - widthOf(row.branch)));
      const start = lineOf(name, cells);
      const note = fitEnd(screen, row.note, Math.max(0, screen.columns - widthOf(start) - 2));
      return `${start}  ${styled(screen, row.isLimit ? 'red' : null, note)}`.trimEnd();
    }),
    ...more,
  ];
}

function rowOf(screen: Screen, level: Level, depth: number): Row {
  const { path, limitBytes, highBytes, usageBytes, peakBytes, oomKills, isLimit, isTask, source } = level;
  const notes = [
    isLimit ? `${screen.unicode ? '◂' : '<'} this limit was hit` : isTask ? 'the killed task' : '',
    oomKills ? `${oomKills} ${oomKills === 1 ? 'kill' : 'kills'}` : '',
    highBytes === null ? '' : `memory.high ${formatBytes(highBytes)}`,
    source === 'report' ? 'gone since' : '',
  ];
  return {
    branch: branchOf(screen, depth),
    name: depth === 0 ? path : lastName(path),
    limit: limitBytes === null ? '' : limitBytes === 'max' ? 'none' : formatBytes(limitBytes),
    held: usageBytes === null ? '' : formatBytes(usageBytes),
    peak: peakBytes === null ? '' : formatBytes(peakBytes),
    note: notes.filter((text) => text !== '').join(', '),
    isLimit,
  };
}

function childRow(screen: Screen, { path, usageBytes, share }: Level['children'][number], depth: number): Row {
  return {
    branch: branchOf(screen, depth),
    name: lastName(path),
    limit: '',
    held: formatBytes(usageBytes),
    peak: '',
    note: `${Math.round(share * 100)}% ${bar(screen, share, barWidth)}`,
    isLimit: false,
  };
}

function branchOf(screen: Screen, depth: number): string {
  return depth === 0 ? '' : `${'  '.repeat(Math.min(depth, 8) - 1)}${screen.unicode ? '└' : '-'} `;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || '/';
}
