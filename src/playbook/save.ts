import { Document, visit } from 'yaml';
import type { Parameter, Playbook, Step } from './playbook.js';
import { writeSizes } from './sizes.js';
import { isTemplate } from './template.js';

/**
 * The file of a playbook: the same playbook always gives the same bytes, and `parsePlaybook` gives it back.
 * Hidden and control characters stand as escapes, so that a reviewer's screen shows what the file says.
 */
export function formatPlaybook(playbook: Playbook): string {
  const document = new Document();
  // Short maps and lists stand on one line.
  const line = (value: object) => document.createNode(value, { flow: true });
  document.contents = document.createNode(fileOf(playbook, line)) as typeof document.contents;
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && scalar.value.search(hidden) >= 0) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).replace(hidden, escapeCharacter);
}

const hidden = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

type Line = (value: object) => unknown;

/** What stands in the file, in its order; what has its usual value is left out. */
function fileOf(playbook: Playbook, line: Line): Record<string, unknown> {
  const { undoom, name, title, host, because, expires, reusable, windows, hosts, steps } = playbook;
  const parameters = mapValues(playbook.parameters, (parameter) => line(parameterOf(parameter)));
  return without({
    undoom,
    name,
    title,
    host: host ? line({ name: host.name, machineId: host.machineId }) : undefined,
    because: because ? line({ incident: because.incident, cause: because.cause, summary: because.summary }) : undefined,
    expires: expires ?? undefined,
    reusable: reusable || undefined,
    windows:
      windows.length > 0
        ? windows.map(({ days, from, to, timezone }) => line({ days, from, to, timezone }))
        : undefined,
    for: playbook.for.length > 0 ? line(playbook.for) : undefined,
    parameters: isTemplate(playbook) ? parameters : undefined,
    hosts: hosts ? line(hosts) : undefined,
    steps: steps.map((step) => stepOf(step, line)),
  });
}

function parameterOf({ type, title, optional, ...rest }: Parameter): Record<string, unknown> {
  return without({ type, title, optional: optional || undefined, ...rest });
}

function stepOf(
  { id, title, action, with: args, was, risk, why, playbook }: Step,
  line: Line,
): Record<string, unknown> {
  const long = Object.values(args).some((value) => typeof value === 'string' && value.length > 60);
  return without({
    id,
    title,
    action,
    with: Object.keys(args).length > 0 ? (long ? writeSizes(args) : line(writeSizes(args))) : undefined,
    was: was ? line(writeSizes(was)) : undefined,
    risk,
    why,
    playbook: playbook ?? undefined,
  });
}

function without(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
