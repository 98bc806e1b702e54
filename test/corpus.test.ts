import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { isScored, isWrongAndSure, parseIndex, type Scored, score, summarize, type Truth } from '../scripts/scoring.ts';
import { diagnose } from '../src/diagnosis/index.js';
import { readKernelLog } from '../src/kernel-log/index.js';
import type { Diagnosis, Incident } from '../src/schemas/diagnosis.js';

const folder = new URL('./corpus/', import.meta.url);
const truths = parseIndex(readFileSync(new URL('index.tsv', folder), 'utf8'));
const logs = readdirSync(folder).filter((name) => /\.log(\.gz)?$/.test(name));

async function diagnosisOf(file: string): Promise<Diagnosis> {
  const path = fileURLToPath(new URL(file, folder));
  const log = await readKernelLog({ files: [path], root: null, sinceMs: null, untilMs: null });
  return diagnose({ ...log, reports: log.reports.map(({ report }) => report), host: null });
}

describe('the corpus', () => {
  const diagnoses = new Map<string, Diagnosis>();
  beforeAll(async () => {
    for (const file of logs) diagnoses.set(file, await diagnosisOf(file));
  });

  test('each log has its truth beside it, and each truth its log', () => {
    expect([...new Set(truths.map(({ file }) => file))].sort()).toEqual([...logs].sort());
  });

  test.each(truths.map((truth, row) => ({ name: `${truth.file}: ${truth.cause}`, truth, row })))(
    '$name',
    ({ truth }) => {
      const same = truths.filter(({ file }) => file === truth.file);
      const { cells } = score(truth, diagnoses.get(truth.file)!, same.length === 1 ? null : same.indexOf(truth));
      expect(isScored(truth)).toBe(true);
      expect(cells.filter(({ right }) => !right)).toEqual([]);
    },
  );
});

describe('the score', () => {
  const index = (row: string) => parseIndex(`file\tcause\thow_sure\tvictim\tfactors\treports\n${row}\n`)[0]!;

  test('an index without its columns, or with a line of other columns, is refused by name', () => {
    expect(() => parseIndex('file\tvictim\n')).toThrow('no column "cause"');
    expect(() => parseIndex('file\tcause\na.log\n')).toThrow('line 2 has 1 columns');
  });

  test('columns that an index lacks are not scored', () => {
    const [truth] = parseIndex('file\tcause\na.log\tcgroup-limit\n');
    expect(score(truth!, told({ cause: 'cgroup-limit' })).cells.map(({ column }) => column)).toEqual(['cause']);
  });

  test('a wrong answer with high confidence is counted, a wrong "unknown" and a name not told are not', () => {
    const truth = index('a.log\tcgroup-limit\tsure\tcart\t-\t1');
    const sure = scoreOf(truth, { cause: 'global-memory', confidence: 'high' });
    const silent = scoreOf(truth, { cause: 'unknown', confidence: 'low' });
    expect(wrongAndSure(sure)).toEqual(['cause']);
    expect(wrongAndSure(silent)).toEqual([]);
    expect(summarize([sure, silent])).toMatchObject({ wrongAndSure: 1, isRight: false, rows: 2 });
  });

  test('an incident that is sure of another cause is wrong beside a right one', () => {
    const truth = index('a.log\tcgroup-limit\tsure\t-\t-\t2');
    const diagnosis = told({ cause: 'cgroup-limit' }, { cause: 'fragmentation' });
    expect(score(truth, diagnosis).cells[0]).toMatchObject({ right: false, got: 'fragmentation' });
  });

  test('named factors must be told; others are listed', () => {
    const truth = index('a.log\tglobal-memory\tsure\t-\tno-swap,mlocked\t1');
    const factors = scoreOf(truth, { cause: 'global-memory', factors: ['no-swap', 'slab-leak'] }).cells.find(
      ({ column }) => column === 'factors',
    );
    expect(factors).toMatchObject({ right: false, extra: ['slab-leak'] });
  });

  test('several rows of one log are its incidents, oldest first', () => {
    const truth = index('a.log\tmanual\tsure\t-\t-\t1');
    const diagnosis = told({ cause: 'global-memory' }, { cause: 'manual' });
    expect(score(truth, diagnosis, 0).cells[0]).toMatchObject({ right: true });
    expect(score(truth, diagnosis, 1).cells[0]).toMatchObject({ right: false });
  });

  test('labels that nobody is sure of are left out', () => {
    expect(isScored(index('a.log\tmanual\tunsure\t-\t-\t1'))).toBe(false);
  });

  function scoreOf(truth: Truth, incident: Partial<Incident>): Scored {
    return score(truth, told(incident));
  }

  function wrongAndSure(row: Scored): string[] {
    return row.cells.filter((cell) => isWrongAndSure(cell, row)).map(({ column }) => column);
  }

  /** A diagnosis of these incidents alone, newest first. */
  function told(...incidents: Partial<Incident>[]): Diagnosis {
    const plain = { confidence: 'high', count: 1, factors: [], victims: [], trigger: null, nodes: null } as const;
    return { incidents: incidents.map((incident) => ({ ...plain, ...incident })) } as unknown as Diagnosis;
  }
});
