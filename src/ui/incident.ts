import type { Evidence, Incident } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { aftermathRows } from './aftermath.js';
import { balanceRows, balanceTitle } from './balance.js';
import { causeHeading } from './cause.js';
import { choiceRows } from './choice.js';
import { factorText } from './factor-words.js';
import { freeBlockTable } from './free-blocks.js';
import { holderTable } from './holders.js';
import { shortId } from './incident-id.js';
import { block, fitMiddle, paragraphs, sides } from './layout.js';
import { levelTree } from './levels.js';
import { remedyRows } from './remedies.js';
import type { Screen } from './screen.js';
import { ago, duration, readTime } from './time.js';

const labelWidth = 9;
const shownEvidence = 6;
const shownVictims = 3;

/** One incident in full, top down: what and when, whose limit, who held it, what shows it, what would stop it. */
export function showIncident(screen: Screen, incident: Incident, among: Incident[]): string[] {
  const section = (name: string, lines: string[]) =>
    lines.length === 0 ? [] : [...block(screen, name, { indent: 2, style: 'bold' }), ...lines];
  return paragraphs(
    [...headingRows(screen, incident, among), ...block(screen, incident.summary, { indent: 2 })],
    factRows(screen, incident),
    section('Which limit was hit', levelTree(screen, incident, 4)),
    section('Who held the memory', holderTable(screen, incident.holders, 4)),
    incident.balance === null ? [] : section(balanceTitle(incident.balance), balanceRows(screen, incident.balance, 4)),
    section('Why it was chosen', choiceRows(screen, incident.choice, 4)),
    section('Free blocks at that time', freeBlockTable(screen, incident, 4)),
    section('What became of it', aftermathRows(screen, incident.aftermath, 4)),
    section('What shows it', evidenceRows(screen, incident.evidence)),
    section('What can be done', remedyRows(screen, incident.remedies, 4)),
    incident.notes.flatMap((note) => block(screen, note, { indent: 2, lead: 'Note:' })),
  );
}

/** One line: for what is not shown in full. */
export function headingRows(screen: Screen, incident: Incident, among: Incident[]): string[] {
  const id = shortId(incident, among);
  const right = [countOf(incident), relativeTime(screen, incident)].filter((text) => text !== '').join(', ');
  const room = screen.columns - id.length - 2 - (right === '' ? 0 : right.length + 2);
  const heading = fitMiddle(screen, causeHeading(incident), Math.max(20, room));
  return sides(screen, `${id}: ${heading}`, right, { leftStyle: 'bold' });
}

function countOf({ count, kind }: Incident): string {
  const verb = kind === 'allocation-failure' ? 'failed' : 'killed';
  return count === 1 ? '' : `${verb} ${count} times`;
}

function relativeTime({ now }: Screen, { time, count, elsewhere }: Incident): string {
  const read = readTime(time);
  const relative = read && !(elsewhere && !hasOffset(time)) ? ago(read.milliseconds, now) : null;
  return relative === null ? '' : count > 1 ? `last ${relative}` : relative;
}

function hasOffset(time: string | null): boolean {
  return /(?:Z|[+-]\d{2}:?\d{2})$/.test(time ?? '');
}

function factRows(screen: Screen, incident: Incident): string[] {
  const facts: [string, string | null][] = [
    [incident.kind === 'allocation-failure' ? 'failed' : 'killed', whoOf(incident)],
    ['when', whenOf(incident)],
    ['limit', limitOf(incident)],
    ['of', whoseOf(incident)],
    ['factors', factorsOf(incident)],
    ['sure', surenessOf(incident)],
  ];
  return facts.flatMap(([lead, text]) =>
    text === null ? [] : block(screen, text, { indent: 2, lead, leadWidth: labelWidth, leadStyle: 'dim' }),
  );
}

function factorsOf({ factors, factorDetails }: Incident): string | null {
  const texts = factors.map((factor) =>
    factorText(
      factor,
      factorDetails.find((detail) => detail.factor === factor),
    ),
  );
  return texts.join('; ') || null;
}

function whoOf({ victims, trigger, kind, killer }: Incident): string | null {
  if (kind === 'allocation-failure') {
    return trigger?.comm ? `an allocation by ${trigger.comm}${trigger.pid === null ? '' : ` (${trigger.pid})`}` : null;
  }
  const names = victims.slice(0, shownVictims).map(({ comm, pid, anonRssBytes, fileRssBytes, shmemRssBytes }) => {
    const known = [anonRssBytes, fileRssBytes, shmemRssBytes].filter((bytes) => bytes !== null);
    const held = known.reduce((sum, bytes) => sum + bytes, 0);
    return `${comm ?? 'a process'} (${pid})${held > 0 ? `, which held ${formatBytes(held)}` : ''}`;
  });
  if (names.length === 0) return null;
  const more = victims.length > names.length ? `; and ${victims.length - names.length} more` : '';
  return `${names.join('; ')}${more}${kind === 'userspace-kill' && killer ? `; by ${killer}, not by the kernel` : ''}`;
}

function whenOf({ time, firstTime, uptimeSeconds, count, hostName, elsewhere }: Incident): string {
  const where = elsewhere && hostName ? `, on ${hostName}` : '';
  const last = readTime(time);
  if (!last) {
    const boot = uptimeSeconds === null ? null : `${duration(uptimeSeconds)} after the start of the host`;
    return `${boot ?? 'the log does not tell'}${where}`;
  }
  const first = count > 1 ? readTime(firstTime) : null;
  const since = first ? `; first ${first.day === last.day ? '' : `${first.day} `}${first.clock}` : '';
  return `${last.day} ${last.clock}${since}${where}`;
}

function limitOf({ limitBytes, limitCgroup, taskCgroup, usageBytes }: Incident): string | null {
  if (limitCgroup === null) return null;
  const size = limitBytes === null ? 'a limit that the log does not tell' : formatBytes(limitBytes);
  const isFull = limitBytes !== null && usageBytes !== null && usageBytes >= limitBytes;
  const held = isFull ? ', all of it held' : usageBytes === null ? '' : `, ${formatBytes(usageBytes)} held`;
  const inside = taskCgroup !== null && taskCgroup !== limitCgroup ? `; the task was in ${taskCgroup}` : '';
  return `${limitCgroup}: ${size}${held}${inside}`;
}

/** Whose limit, and whose task where that is another: where the path alone says it, nothing. */
function whoseOf({ whose: { limit, task } }: Incident): string | null {
  if (limit === null) return task === null ? null : `the task was of ${task.text}`;
  return task === null || task.text === limit.text ? limit.text : `${limit.text}; the task was of ${task.text}`;
}

const stated: Incident['cause'][] = ['cgroup-limit', 'parent-cgroup-limit', 'manual'];

/** How sure it is and why, and whether --yes would take it: by the same rule as `fix`. */
function surenessOf({ confidence, cause, forgeable, borneOut, elsewhere }: Incident): string {
  const reason = {
    high: stated.includes(cause) ? 'the kernel states it' : 'the numbers in the log show it in full',
    medium: 'the log shows part of what proves it',
    low: 'a likely reading of too few lines',
  }[confidence];
  const sentence = `${confidence} confidence: ${reason}`;
  if (elsewhere) return `${sentence}. The log is of another host: nothing of it is run here`;
  const counters =
    borneOut === true
      ? ', and the counters of this host bear it out'
      : borneOut === false
        ? ', but the counters of this host do not bear it out'
        : '';
  const isDoubtful = forgeable && borneOut !== true;
  const doubt = isDoubtful ? '. Anyone could have written this log' : '';
  return `${sentence}${counters}${doubt}${isDoubtful || confidence !== 'high' ? ': --yes leaves it alone' : ''}`;
}

function evidenceRows(screen: Screen, evidence: Evidence[]): string[] {
  const rows = evidence.slice(0, shownEvidence).flatMap(({ source, line, text, shows }) => [
    ...block(screen, shows, { indent: 4 }),
    ...block(screen, `${line === null ? (source === 'host' ? 'now' : source) : `${source} ${line}`}: ${text}`, {
      indent: 6,
      style: 'dim',
      most: 3,
    }),
  ]);
  const left = evidence.length - shownEvidence;
  return left > 0 ? [...rows, ...block(screen, `and ${left} more, in undoom diagnose --json`, { indent: 4 })] : rows;
}
