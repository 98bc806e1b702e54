import type { Diagnosis, Incident } from '../schemas/diagnosis.js';
import { shellQuote } from '../text/quote.js';
import { balanceRows, balanceTitle } from './balance.js';
import { allCheckRows, checkRows } from './checks.js';
import { headingRows, showIncident } from './incident.js';
import { shortId } from './incident-id.js';
import { block, paragraphs, sides } from './layout.js';
import { otherEndRows } from './other-ends.js';
import { marks, type Screen, styled } from './screen.js';
import { shellCommand } from './shell-command.js';
import { readTime } from './time.js';
import { timelineRows } from './timeline.js';

export interface DiagnosisOptions {
  /** each check in full */
  allChecks: boolean;
  /** how the reader calls undoom, for the commands to type */
  command: string;
}

const shownInFull = 5;
/** a storm has thousands */
const shownInLine = 100;

/**
 * The answer first, the next command last, where the cursor ends up. Newest incident first: the pager rang for that one.
 */
export function showDiagnosis(diagnosis: Diagnosis, screen: Screen, options: DiagnosisOptions): string {
  const incidents = newestFirst(diagnosis.incidents);
  const full = incidents.slice(0, shownInFull);
  const rest = incidents.slice(shownInFull);
  const among = diagnosis.incidents;
  return paragraphs(
    verdictRows(screen, diagnosis, incidents),
    ...full.map((incident) => showIncident(screen, incident, among)),
    restRows(screen, rest, among, options),
    timelineRows(screen, diagnosis),
    otherEndRows(screen, diagnosis),
    hostRows(screen, diagnosis, options),
    diagnosis.warnings.flatMap((text) => block(screen, text, { lead: marks(screen).warning, leadStyle: 'yellow' })),
    nextRows(screen, diagnosis, incidents, options),
  ).join('\n');
}

/** The log's order is oldest first; those without a time keep their place behind the others. */
function newestFirst(incidents: Incident[]): Incident[] {
  const timeOf = ({ time }: Incident) => readTime(time)?.milliseconds ?? Number.NEGATIVE_INFINITY;
  return incidents.toReversed().sort((a, b) => (timeOf(a) === timeOf(b) ? 0 : timeOf(b) - timeOf(a)));
}

function verdictRows(screen: Screen, { sources, checks }: Diagnosis, incidents: Incident[]): string[] {
  const read = block(screen, `Read: ${sources.map(({ name }) => name).join(', ')}`, { style: 'dim', most: 3 });
  const risks = checks.filter(({ status }) => status === 'warning').length;
  const atRisk =
    risks === 0 ? 'The checks of the host found no risk.' : `${count(risks, 'check')} of the host found a risk.`;
  if (sources.length === 0) {
    const text = 'Whether anything was killed is not known: no kernel log could be read.';
    return [...block(screen, text, { style: 'bold' }), ...(checks.length > 0 ? block(screen, atRisk) : [])];
  }
  if (incidents.length === 0) {
    const text = `No kill for lack of memory was found. ${checks.length > 0 ? atRisk : ''}`;
    return [...block(screen, text, { style: 'bold' }), ...read];
  }
  const failures = sum(incidents.filter(({ kind }) => kind === 'allocation-failure'));
  const kills = sum(incidents) - failures;
  const first = incidents.map(({ firstTime, time }) => readTime(firstTime ?? time)).filter((time) => time !== null);
  const earliest = first.toSorted((a, b) => a.milliseconds - b.milliseconds)[0];
  const what = [
    kills > 0 ? `Killed ${times(kills)}` : '',
    failures > 0 ? `${kills > 0 ? 'and ' : ''}${count(failures, 'allocation')} failed` : '',
    earliest && first.length === incidents.length
      ? `${kills + failures > 1 ? 'since' : 'on'} ${earliest.day} ${earliest.clock}`
      : '',
    incidents.length > 1 ? `in ${incidents.length} incidents` : '',
  ];
  return [...block(screen, what.filter((text) => text !== '').join(' '), { style: 'bold' }), ...read];
}

function sum(incidents: Incident[]): number {
  return incidents.reduce((total, { count: own }) => total + own, 0);
}

function times(number: number): string {
  return number === 1 ? 'once' : number === 2 ? 'twice' : `${number} times`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function restRows(screen: Screen, rest: Incident[], among: Incident[], { command }: DiagnosisOptions): string[] {
  if (rest.length === 0) return [];
  const see = `${count(rest.length, 'older incident')}, in full: ${command} diagnose --until TIME, or ${command} fix --incident ID --dry-run`;
  const left = rest.length - shownInLine;
  return [
    ...block(screen, see, { style: 'bold' }),
    ...rest.slice(0, shownInLine).flatMap((incident) => headingRows(screen, incident, among)),
    ...(left > 0 ? block(screen, `and ${count(left, 'incident')} before them, in ${command} diagnose --json`) : []),
  ];
}

function hostRows(
  screen: Screen,
  { host, checks, balanceNow }: Diagnosis,
  { allChecks, command }: DiagnosisOptions,
): string[] {
  if (checks.length === 0) return [];
  const name = host?.name ? `The host ${host.name} now` : 'The host now';
  const rows = allChecks ? allCheckRows(screen, checks, 2) : checkRows(screen, checks, 2);
  const more = allChecks ? '' : `each in full: ${command} diagnose --checks`;
  const balance =
    balanceNow === null ? [] : [`  ${balanceTitle(balanceNow, true)}`, ...balanceRows(screen, balanceNow, 2)];
  return [...sides(screen, name, more, { leftStyle: 'bold', rightStyle: 'dim' }), ...rows, ...balance];
}

/** What to type now: nothing where nothing can be done from here. */
function nextRows(
  screen: Screen,
  { warnings, sources, checks, otherEnds }: Diagnosis,
  incidents: Incident[],
  { command }: DiagnosisOptions,
): string[] {
  const rows = (commands: string[]) => [
    styled(screen, 'bold', commands.length > 1 ? 'Next, one of' : 'Next'),
    ...commands.flatMap((text) => shellCommand(screen, text, 2)),
  ];
  const open = incidents.filter(({ remedies }) => remedies.some(({ manual }) => !manual)).slice(0, shownInFull);
  if (open.length > 0) {
    // a log of elsewhere is saved for, not fixed from here
    const verb = (incident: Incident) => (incident.elsewhere ? '--save plan.yaml' : '--dry-run');
    const logs = sources.filter(({ kind }) => kind === 'file' || kind === 'snapshot').map(({ name }) => name);
    return rows(
      open.map((incident) => {
        const id = shortId(incident, incidents);
        return [
          command,
          'fix',
          ...logs.flatMap((name) => ['--log', shellQuote(name)]),
          '--incident',
          id,
          verb(incident),
        ].join(' ');
      }),
    );
  }
  if (incidents.length > 0) return [];
  const unread = sources.length === 0 || warnings.some((text) => text.includes(`sudo ${command}`));
  if (unread) return rows([`sudo ${command} diagnose`]);
  if (checks.some(({ status }) => status === 'warning')) return [];
  return otherEnds.length > 0 ? [] : block(screen, 'No next step is needed.');
}
