/**
 * npm run score -- [FOLDER] [--json]: diagnoses every log that FOLDER/index.tsv names (test/corpus unless given) with the
 * CLI as it is installed, and compares with the truth beside it. Ends in 1 where a scored row is wrong.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Diagnosis } from '../src/schemas/diagnosis.js';
import { isScored, isWrongAndSure, parseIndex, type Scored, score, summarize, type Truth } from './scoring.ts';

const program = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const ownCorpus = fileURLToPath(new URL('../test/corpus/', import.meta.url));
const run = promisify(execFile);

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? ownCorpus;
const truths = readIndex(folder);
const scored = await scoreAll(truths.filter(isScored));
const unsure = truths.length - scored.length;
const summary = summarize(scored);
process.stdout.write(
  values.json ? `${JSON.stringify({ folder, unsure, ...summary, rows: scored }, null, 2)}\n` : screen(),
);
process.exitCode = summary.isRight ? 0 : 1;

function readIndex(path: string): Truth[] {
  try {
    return parseIndex(readFileSync(join(path, 'index.tsv'), 'utf8'));
  } catch (error) {
    process.stderr.write(`${join(path, 'index.tsv')}: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

async function scoreAll(rows: Truth[]): Promise<Scored[]> {
  // A copied host without files, so that the machine that scores has no say.
  const noHost = mkdtempSync(join(tmpdir(), 'undoom-score-'));
  const results: Scored[] = [];
  const waiting = [...rows.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [place, truth] = next;
      results[place] = score(truth, await diagnose(join(folder, truth.file), noHost), turnOf(truths, truth));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  rmSync(noHost, { recursive: true });
  return results;
}

async function diagnose(file: string, noHost: string): Promise<Diagnosis> {
  const { stdout } = await run(process.execPath, [program, 'diagnose', '--json', '--root', noHost, file], {
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(stdout);
}

function turnOf(rows: Truth[], truth: Truth): number | null {
  const same = rows.filter(({ file }) => file === truth.file);
  return same.length === 1 ? null : same.indexOf(truth);
}

function screen(): string {
  const misses = scored.flatMap((row) =>
    row.cells
      .filter(({ right }) => !right)
      .map((cell) => [
        row.file,
        cell.column,
        cell.expected,
        cell.got,
        `${row.confidence ?? '-'}${isWrongAndSure(cell, row) ? ' (wrong and sure)' : ''}`,
      ]),
  );
  const extra = scored.flatMap((row) =>
    row.cells.flatMap((cell) => (cell.extra.length > 0 ? [[row.file, cell.expected, cell.extra.join(',')]] : [])),
  );
  return [
    ...(misses.length > 0 ? table(['file', 'column', 'expected', 'got', 'confidence'], misses) : []),
    ...(extra.length > 0 ? table(['file', 'factors named', 'told beside them'], extra) : []),
    ...table(
      ['column', 'right', 'of'],
      summary.columns.map(({ column, right, scored: of }) => [column, `${right}`, `${of}`]),
    ),
    `${summary.rows} rows scored, ${unsure} unsure and left out; wrong and sure: ${summary.wrongAndSure}`,
    '',
  ].join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((name, place) => Math.max(name.length, ...rows.map((row) => row[place]!.length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place]!))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ''];
}
