/** What holds for every log, whoever wrote it. Each throws where it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import stringWidth from 'string-width';
import { describeError } from '../../src/commands/report-error.js';
import { diagnose } from '../../src/diagnosis/index.js';
import { UndoomError } from '../../src/errors.js';
import { chooseAlone, planOf } from '../../src/fix.js';
import type { Host } from '../../src/host/host.js';
import { isCgroupPath, mapFiles, openHost } from '../../src/host/index.js';
import { readStream } from '../../src/kernel-log/read-stream.js';
import type { Source } from '../../src/kernel-log/report.js';
import { parsePlaybook } from '../../src/playbook/load.js';
import { formatPlaybook } from '../../src/playbook/save.js';
import { propose } from '../../src/remedies/index.js';
import type { Diagnosis, Incident } from '../../src/schemas/diagnosis.js';
import { jsonText } from '../../src/text/json.js';
import { showDiagnosis } from '../../src/ui/diagnosis.js';
import { showError } from '../../src/ui/error.js';
import { showPreview } from '../../src/ui/run.js';
import type { Screen } from '../../src/ui/screen.js';
import { v1Files, v1MemoryCgroup, v2CpusetCgroup, v2Files, v2MemoryCgroup } from '../actions/hosts.js';
import type { Case } from './case.js';
import { isQuotedWhole } from './shell.js';

const source: Source = { kind: 'file', name: 'kern.log', forgeable: true };
const now = Date.parse('2026-11-24T12:00:00Z');
const ajv = new Ajv2020({ strict: false });
const isDiagnosis = ajv.compile(
  JSON.parse(readFileSync(join(process.cwd(), 'schemas', 'diagnosis.schema.json'), 'utf8')),
);

const MiB = 2 ** 20;
const holding = { limit: '62914560', usage: 60 * MiB, anon: 50 * MiB };
const paths = ['/shop', '/shop/cart', '/system.slice', '/system.slice/cart.service', '/a,b'];
const v2 = Object.assign(
  {},
  ...paths.map((path) => ({ ...v2MemoryCgroup(path, holding), ...v2CpusetCgroup(path, '0') })),
);
const v1 = Object.assign({}, ...paths.map((path) => v1MemoryCgroup(path, holding)));
/** Hosts that count no kill at all, the third but for one: on the first two nothing forged may be believed. */
const hosts = [
  { files: mapFiles({ ...v2Files(v2), '/proc/vmstat': 'oom_kill 0\n' }, { live: true, now }), counts: false },
  { files: mapFiles({ ...v1Files(v1), '/proc/vmstat': 'oom_kill 0\n' }, { live: true, now }), counts: false },
  { files: mapFiles({ ...v2Files(v2), '/proc/vmstat': 'oom_kill 3\n' }, { live: true, now }), counts: true },
].map(({ files, counts }) => ({ host: openHost(files), counts }));

export class Broken extends Error {}

function ensure(holds: unknown, what: string, detail: () => string): void {
  if (!holds) throw new Broken(`${what}: ${detail().slice(0, 2000)}`);
}

export async function check({ log, chunkBytes, host: index, turn }: Case): Promise<void> {
  const place = index === null ? null : hosts[index]!;
  const host = place?.host ?? null;
  const diagnosis = await diagnosisOf(log, chunkBytes, host);
  const { incidents } = diagnosis;
  checkJson(diagnosis);
  for (const incident of incidents) checkCommands(incident);
  checkConsent(incidents, place?.counts ?? false);
  checkScreen(diagnosis, screens[turn % screens.length]!);
  if (turn < 2) checkPlans(incidents, host);
  // however often: byte for byte the same
  if (turn === 2) {
    const again = await diagnosisOf(log, chunkBytes, host);
    const [first, second] = [JSON.stringify(diagnosis), JSON.stringify(again)];
    ensure(first === second, 'another answer the second time', () => `${first} ${second}`);
  }
}

async function diagnosisOf(log: Buffer, chunkBytes: number, host: Host | null): Promise<Diagnosis> {
  async function* chunks() {
    for (let start = 0; start < log.length; start += chunkBytes) yield log.subarray(start, start + chunkBytes);
  }
  const { found } = await readStream(chunks(), source, now);
  const reports = found.map(({ report }) => report);
  const diagnosis = diagnose({ reports, sources: [source], host, warnings: [], sameMachine: host !== null });
  for (const incident of diagnosis.incidents) {
    const { remedies, notes } = propose(incident, { host: incident.elsewhere ? null : host, earlierRaises: () => [] });
    incident.remedies = remedies;
    incident.notes.push(...notes);
  }
  return diagnosis;
}

function checkJson(diagnosis: Diagnosis): void {
  ensure(isDiagnosis(diagnosis), 'not as the schema says', () => JSON.stringify(isDiagnosis.errors));
  for (const number of numbersIn(diagnosis)) {
    ensure(Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER, 'no safe number', () =>
      String(number),
    );
  }
  const text = jsonText(diagnosis);
  ensure(!unsafe.test(text), 'JSON with what a terminal acts on', () => JSON.stringify(unsafe.exec(text)?.[0]));
  ensure(
    isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(diagnosis))),
    'JSON that says something else',
    () => text,
  );
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** all that a terminal may act on or hide, but for the end of a line */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;
const color = /\u001b\[\d{1,3}m/g;

const screens: Screen[] = [
  { columns: 80, color: true, unicode: true, now },
  { columns: 40, color: false, unicode: false, now },
];

function checkScreen(diagnosis: Diagnosis, screen: Screen): void {
  checkText(showDiagnosis(diagnosis, screen, { allChecks: false, command: 'undoom' }), screen);
}

function checkText(text: string, { columns, color: colored }: Screen): void {
  const shown = colored ? text.replace(color, '') : text;
  ensure(!unsafe.test(shown), 'a screen with what a terminal acts on', () => JSON.stringify(unsafe.exec(shown)));
  for (const line of shown.split('\n')) {
    ensure(stringWidth(line) <= columns, `a line wider than ${columns}`, () => line);
  }
}

function checkCommands({ remedies }: Incident): void {
  for (const { command } of remedies) {
    if (command !== null) ensure(isQuotedWhole(command), 'a command with text outside of its quotes', () => command);
  }
}

/** What is taken without a person, and what a person finds chosen already: only what cannot be forged, or is borne out. */
function checkConsent(incidents: Incident[], counts: boolean): void {
  for (const { incident } of chooseAlone(incidents, { yes: true, runsHere: true, maxRisk: 'high' })) {
    const { confidence, forgeable, borneOut } = incident;
    ensure(confidence === 'high' && (!forgeable || borneOut === true), 'taken without being sure', () => incident.id);
    ensure(counts, 'a forged report was believed', () => JSON.stringify(incident));
  }
}

const mostPlans = 4;

/** against a kill of the host's memory a cgroup of the live host's own is contained */
function cgroupsOf({ limitCgroup, cpuset, cause }: Incident): unknown[] {
  return cause === 'global-memory' ? paths : [limitCgroup, cpuset.path];
}

function checkPlans(incidents: Incident[], host: Host | null): void {
  const chosen = incidents.flatMap((incident) =>
    incident.remedies.filter(({ manual }) => !manual).map((remedy) => ({ incident, remedy })),
  );
  for (const one of chosen.slice(0, mostPlans)) {
    const { cgroup } = one.remedy.parameters;
    if (cgroup !== undefined) {
      ensure(
        isCgroupPath(String(cgroup)) && !/(?:^|\/)\.\.?(?:\/|$)/.test(String(cgroup)),
        'a path that leads elsewhere',
        () => String(cgroup),
      );
    }
    try {
      ensure(
        cgroup === undefined || cgroupsOf(one.incident).includes(cgroup),
        'a change of a cgroup that no line names',
        () => String(cgroup),
      );
      const { playbook, result } = planOf([one], {}, one.incident.elsewhere ? null : host);
      for (const screen of screens) checkText(showPreview(result, screen), screen);
      for (const { path, command } of result.steps.flatMap(({ changes }) => changes)) {
        ensure(
          /^\/(?:sys|proc)\/[^\0\n]*$/.test(path) && !path.includes('/../'),
          'a change of another file',
          () => path,
        );
        ensure(isQuotedWhole(command), 'a command with text outside of its quotes', () => command);
      }
      const file = formatPlaybook(playbook);
      ensure(!unsafe.test(file), 'a file that hides what it says', () => file);
      if (result.outcome === 'pending') {
        const read = parsePlaybook(file, playbook.origin);
        ensure(isDeepStrictEqual(read.steps, playbook.steps), 'a saved playbook that reads as another', () =>
          JSON.stringify([read.steps, playbook.steps]),
        );
      }
    } catch (error) {
      if (!(error instanceof UndoomError)) throw error;
      for (const screen of screens) checkText(showError(describeError(error), screen), screen);
    }
  }
}
