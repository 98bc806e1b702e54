/**
 * How a diagnosis stands to the truth of a log. An index is a table with tabs, one log a line, its columns named in the
 * first line: any may be missing but `file` and `cause`. `-` says that the lines of the log do not tell it; names are
 * written as JSON escapes them.
 */
import type { Diagnosis, Incident } from '../src/schemas/diagnosis.js';

const columns = ['cause', 'victim', 'limit_cgroup', 'limit_bytes', 'node', 'order', 'factors', 'reports'] as const;
export type Column = (typeof columns)[number];

/** A wrong answer here may lead to a wrong change; too few factors or a miscount do not. */
const answers: Column[] = ['cause', 'victim', 'limit_cgroup', 'limit_bytes', 'node', 'order'];

export type Truth = { file: string; how_sure?: string } & { [column in Column]?: string };

export interface Cell {
  column: Column;
  expected: string;
  got: string;
  right: boolean;
  /** factors that were told and are not in the index: it names those that could be shown, and there may be more */
  extra: string[];
}

export interface Scored {
  file: string;
  confidence: Incident['confidence'] | null;
  cells: Cell[];
}

/** @throws Error with the line where the index is no such table */
export function parseIndex(text: string): Truth[] {
  const [head, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const names = head?.split('\t') ?? [];
  for (const name of ['file', 'cause']) {
    if (!names.includes(name)) throw new Error(`its first line names no column "${name}"`);
  }
  return lines.map((line, index) => {
    const cells = line.split('\t');
    if (cells.length !== names.length) {
      throw new Error(`line ${index + 2} has ${cells.length} columns, its first line ${names.length}`);
    }
    return Object.fromEntries(names.map((name, place) => [name, cells[place]!.trim()])) as Truth;
  });
}

/** Labels that nobody is sure of are not scored. */
export function isScored({ how_sure: howSure }: Truth): boolean {
  return howSure !== 'unsure';
}

/**
 * One row against the diagnosis of its log.
 * @param turn where several rows are of one log, each speaks of one incident, oldest first: which one this row is
 */
export function score(truth: Truth, diagnosis: Diagnosis, turn: number | null = null): Scored {
  const incidents = turn === null ? diagnosis.incidents : diagnosis.incidents.toReversed().slice(turn, turn + 1);
  const subject = leading(incidents);
  const cells = columns.flatMap((column) => {
    const expected = truth[column];
    return expected === undefined || expected === '' ? [] : [compare(column, expected, incidents, subject)];
  });
  return { file: truth.file, confidence: subject?.confidence ?? null, cells: cells.filter((cell) => cell !== null) };
}

const sureness = { high: 2, medium: 1, low: 0 };

/** What a person is told first of a log: the surest incident, and the newest of those. */
function leading(incidents: Incident[]): Incident | null {
  const rank = ({ cause, confidence }: Incident) => (cause === 'unknown' ? -1 : sureness[confidence]);
  return incidents.reduce<Incident | null>((best, next) => (best && rank(best) >= rank(next) ? best : next), null);
}

function compare(column: Column, expected: string, incidents: Incident[], subject: Incident | null): Cell | null {
  if (column === 'factors') return compareFactors(expected, incidents);
  // Only the row of a node's shortage speaks of nodes: most reports name those that a request might have used.
  if (column === 'node' && expected === '-') return null;
  const got = told(column, expected, incidents, subject);
  return { column, expected, got, right: got === expected, extra: [] };
}

function told(column: Column, expected: string, incidents: Incident[], subject: Incident | null): string {
  switch (column) {
    case 'cause':
      return incidents.find((incident) => contradicts(incident, expected))?.cause ?? subject?.cause ?? 'no incident';
    // A row of several kills names one of the killed.
    case 'victim': {
      const isNamed = incidents.some(({ victims }) =>
        victims.some(({ comm }) => comm !== null && plain(comm) === expected),
      );
      return isNamed ? expected : plain(subject?.victims[0]?.comm ?? '-');
    }
    case 'limit_cgroup':
      return plain(subject?.limitCgroup ?? '-');
    case 'limit_bytes':
      return subject?.limitBytes?.toString() ?? '-';
    case 'node':
      return subject?.nodes?.join(',') ?? '-';
    case 'order':
      return subject?.trigger?.order?.toString() ?? '-';
    default:
      return incidents.reduce((sum, { count }) => sum + count, 0).toString();
  }
}

/** A name may hold any byte: a table has it as JSON writes it. */
function plain(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}

/** An incident that is sure of another cause is wrong, whatever the others of the log say. */
function contradicts({ cause, confidence }: Incident, expected: string): boolean {
  return cause !== expected && cause !== 'unknown' && confidence === 'high';
}

function compareFactors(expected: string, incidents: Incident[]): Cell {
  const named = expected === '-' ? [] : expected.split(',');
  const found: string[] = [...new Set(incidents.flatMap(({ factors }) => factors))].sort();
  const right = named.every((factor) => found.includes(factor));
  const extra = found.filter((factor) => !named.includes(factor));
  return { column: 'factors', expected, got: found.join(',') || '-', right, extra };
}

/** A wrong answer given with high confidence. `unknown` and nothing told are no answers. */
export function isWrongAndSure(cell: Cell, { confidence }: Scored): boolean {
  const isAnswer = answers.includes(cell.column) && cell.got !== '-' && cell.got !== 'unknown';
  return !cell.right && isAnswer && confidence === 'high';
}

export interface Summary {
  rows: number;
  columns: { column: Column; right: number; scored: number }[];
  wrongAndSure: number;
  isRight: boolean;
}

export function summarize(scored: Scored[]): Summary {
  const cells = scored.flatMap((row) => row.cells);
  return {
    rows: scored.length,
    columns: columns.flatMap((column) => {
      const own = cells.filter((cell) => cell.column === column);
      return own.length === 0 ? [] : [{ column, right: own.filter(({ right }) => right).length, scored: own.length }];
    }),
    wrongAndSure: scored.flatMap((row) => row.cells.filter((cell) => isWrongAndSure(cell, row))).length,
    isRight: cells.every(({ right }) => right),
  };
}
