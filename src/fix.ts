import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import { UndoomError } from './errors.js';
import { dryRun, type Preview, unreadResult } from './execution/run.js';
import type { Host } from './host/host.js';
import { builtIn } from './playbook/built-ins.js';
import { playbookDigest } from './playbook/digest.js';
import type { ParameterValues, Playbook, Step } from './playbook/playbook.js';
import { isRiskier } from './playbook/risk.js';
import { formatPlaybook } from './playbook/save.js';
import { fillTemplate } from './playbook/template.js';
import type { Incident, Remedy, Risk } from './schemas/diagnosis.js';

/** A saved plan is for the state it saw: it may wait for a review and a change window, no longer. */
const daysToRun = 14;

export interface Chosen {
  incident: Incident;
  /** `adjusted`: a person has given it other values */
  remedy: Remedy & { adjusted?: boolean };
}

/**
 * The incidents that --incident and --cause mean.
 * @throws UndoomError call.incident for an unknown or ambiguous id
 */
export function narrow(incidents: Incident[], ids: string[], causes: string[]): Incident[] {
  const chosen = ids.flatMap((id) => {
    const found = incidents.filter(({ reportIds }) =>
      reportIds.some((reportId) => reportId.startsWith(id.toLowerCase())),
    );
    if (found.length === 1) return found;
    const known = incidents.map((incident) => incident.id).join(', ') || 'none';
    throw new UndoomError(
      'call.incident',
      found.length === 0 ? `No incident has the id ${id}` : `${found.length} incidents have ids that begin with ${id}`,
      { hint: `The incidents found: ${known} (undoom diagnose)` },
    );
  });
  return (ids.length > 0 ? [...new Set(chosen)] : incidents).filter(
    ({ cause }) => causes.length === 0 || causes.includes(cause),
  );
}

export interface Taken {
  /** consent without a person: only what is sure, and borne out where it could be forged */
  yes: boolean;
  /** it will be run on this host, and not only shown or saved */
  runsHere: boolean;
  maxRisk: Risk;
}

/** For each incident its first remedy that may be taken without a person choosing. */
export function chooseAlone(incidents: Incident[], taken: Taken): Chosen[] {
  return incidents.flatMap((incident) => {
    if (whyNot(incident, taken)) return [];
    const remedy = incident.remedies.find(({ manual, risk }) => !manual && !isRiskier(risk, taken.maxRisk));
    return remedy ? [{ incident, remedy }] : [];
  });
}

function whyNot(incident: Incident, { yes, runsHere }: Taken): string | null {
  if (!yes) return null;
  if (incident.confidence !== 'high') return `the confidence in its cause is ${incident.confidence}`;
  if (runsHere && incident.forgeable && incident.borneOut !== true) {
    return 'its log could have been written by anyone, and the counters of this host do not bear it out';
  }
  return null;
}

/** Nothing may be taken: for each incident why, and what a person can do. */
export function refuseNothing(incidents: Incident[], taken: Taken): UndoomError {
  const reasons = incidents.map((incident) => {
    const open = incident.remedies.filter(({ manual }) => !manual);
    const reason =
      whyNot(incident, taken) ??
      (open.length > 0
        ? `its remedies are of ${open[0]!.risk} risk, above ${taken.maxRisk}`
        : (incident.notes[0] ?? 'only a person can do what would help'));
    return `${incident.id} (${incident.cause}): ${reason}`;
  });
  const risk = incidents
    .flatMap(({ remedies }) => remedies)
    .find(({ manual, risk }) => !manual && isRiskier(risk, taken.maxRisk));
  return new UndoomError('guard.nothing-allowed', `Nothing may be done without a person: ${reasons.join('; ')}`, {
    hint: risk
      ? `Look with --dry-run, then allow it with --max-risk ${risk.risk}`
      : 'undoom diagnose shows what a person can do; undoom fix at a terminal asks',
  });
}

/**
 * The chosen remedies as one playbook, planned on the host as it is (or on the snapshot's).
 * @param values from --set
 * @param host null for a log of elsewhere: then only what the report tells can be expected
 */
export function planOf(chosen: Chosen[], values: Record<string, string>, host: Host | null): Preview {
  const filled = chosen.map(({ incident, remedy }) => {
    const template = builtIn(remedy.playbook);
    const own = Object.entries(values).filter(([name]) => Object.hasOwn(template.parameters, name));
    const parameters: ParameterValues = { ...remedy.parameters, ...Object.fromEntries(own) };
    // the proposal's own words are about the proposal's own values
    const words = own.length > 0 || remedy.adjusted ? {} : { title: remedy.title, why: remedy.why };
    return { incident, playbook: fillTemplate(template, parameters, words) };
  });
  for (const name of Object.keys(values)) {
    if (chosen.some(({ remedy }) => Object.hasOwn(builtIn(remedy.playbook).parameters, name))) continue;
    throw new UndoomError('call.parameter', `No chosen remedy has the parameter ${name}`, {
      hint: 'undoom playbook show NAME lists the parameters of a remedy',
    });
  }
  const [first] = filled;
  const alone = filled.length === 1;
  const named = first!.incident.hostName;
  const identity = host?.identity ?? (named === null ? null : { name: named, machineId: null });
  const playbook: Playbook = {
    ...first!.playbook,
    name: alone ? first!.playbook.name : `fix-${first!.incident.id}`,
    title: alone ? first!.playbook.title : filled.map(({ playbook: { title } }) => title).join('; '),
    host: identity && { name: identity.name, machineId: identity.machineId },
    because: {
      incident: first!.incident.id,
      cause: first!.incident.cause,
      summary: first!.incident.summary,
    },
    expires: DateTime.now().plus({ days: daysToRun }).toISODate(),
    steps: alone ? first!.playbook.steps : join(filled.map(({ playbook }) => playbook)),
    origin: { kind: 'diagnosis', name: first!.incident.id },
  };
  return host ? dryRun(playbook, host.files) : planFromReport(playbook, first!.incident);
}

/**
 * A plan for another host, of which only the report is here: each step expects to find what the report states.
 * @throws UndoomError guard.host where the report does not tell what a step has to expect
 */
function planFromReport(playbook: Playbook, { limitCgroup, limitBytes }: Incident): Preview {
  const steps = playbook.steps.map((step) => {
    const told = step.action === 'cgroup.memory.limit' && step.with.cgroup === limitCgroup && limitBytes !== null;
    if (step.action !== 'manual' && !told) {
      throw new UndoomError(
        'guard.host',
        `The log is of another host, and does not tell what "${step.title}" would find there`,
        {
          hint: 'Run undoom snapshot on that host, and fix with --log and the snapshot here',
        },
      );
    }
    return { ...step, was: told ? { limit: limitBytes } : null };
  });
  const planned = { ...playbook, steps };
  return { result: unreadResult(planned), playbook: planned, digest: playbookDigest(planned) };
}

/** The steps of several playbooks, each with the name of its own; what two of them would do alike is done once. */
function join(playbooks: Playbook[]): Step[] {
  const steps: Step[] = [];
  const targets = new Set<string>();
  for (const { name, steps: own } of playbooks) {
    for (const step of own) {
      const target = JSON.stringify([step.action, step.with.cgroup ?? step.with.key ?? step.with]);
      if (step.action !== 'manual' && targets.has(target)) continue;
      targets.add(target);
      const id = steps.some((other) => other.id === step.id) ? `${step.id}-${steps.length + 1}` : step.id;
      steps.push({ ...step, id, playbook: name });
    }
  }
  return steps;
}

/**
 * Writes a plan to a file. One that stands there already is only replaced where it is a playbook itself, or empty.
 * @throws UndoomError call.save
 */
export function saveTo(path: string, playbook: Playbook): void {
  try {
    if (existsSync(path) && !/^(?:#.*\n)*undoom: 1\n|^$/.test(readFileSync(path, 'utf8'))) {
      throw new UndoomError('call.save', `${path} is there already, and is no playbook: it was left alone`, {
        hint: 'Name another file',
      });
    }
    writeFileSync(path, formatPlaybook(playbook), { mode: 0o644 });
  } catch (error) {
    if (error instanceof UndoomError) throw error;
    throw new UndoomError('call.save', `${path} could not be written: ${(error as Error).message}`, { cause: error });
  }
}
