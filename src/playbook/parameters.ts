import { UndoomError } from '../errors.js';
import { isCgroupPath, isSystemUnit } from '../host/index.js';
import { formatBytes, parseBytes } from '../text/bytes.js';
import { formatList, parseList } from '../text/lists.js';
import { shown } from '../text/shown.js';
import { suggest } from './nearest.js';
import type { Parameter, ParameterValues, Playbook } from './playbook.js';

/** Every `${name}` in a text, an argument or a map of them. */
export function openParameters(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(/\$\{([a-z][a-z0-9_]{0,63})\}/g)].map((match) => match[1]!);
  if (Array.isArray(value)) return value.flatMap(openParameters);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(openParameters) : [];
}

/** A value that is given for a parameter, as the parameter's type reads it, or what is wrong with it. */
export function readValue(
  parameter: Parameter,
  given: string | number,
): { value: string | number } | { wrong: string } {
  const text = String(given).trim();
  const it = shown(given);
  switch (parameter.type) {
    case 'cgroup':
      // a name may begin or end with a blank: without it, it would be another cgroup
      if (isCgroupPath(String(given))) return { value: String(given) };
      return { wrong: `must be a clean absolute cgroup path, as /shop/web; it is ${it}` };
    case 'unit':
      // it may stand within quotes of a command that a person pastes
      if (isSystemUnit(text)) return { value: text };
      return { wrong: `must be the name of a service of systemd, as cart.service; it is ${it}` };
    case 'nodes': {
      const nodes = parseList(text);
      if (nodes && nodes.length > 0) return { value: formatList(nodes) };
      return { wrong: `must be memory nodes, as 0-1 or 0,2; it is ${it}` };
    }
    case 'bytes': {
      if (text === 'max') return { value: 'max' };
      const bytes = parseBytes(text);
      if (bytes === null) return { wrong: `must be a size, as 512MiB or 1.5GiB; it is ${it}` };
      return within(parameter, bytes, formatBytes);
    }
    case 'integer': {
      const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      if (!Number.isSafeInteger(number)) return { wrong: `must be a whole number; it is ${it}` };
      return within(parameter, number, String);
    }
    case 'choice': {
      const choices = parameter.choices ?? [];
      return choices.includes(text) ? { value: text } : { wrong: `cannot be ${it}: ${suggest(text, choices)}` };
    }
    case 'text':
      return String(given) === '' ? { wrong: 'is empty: say it in words' } : { value: String(given) };
  }
}

function within({ min, max }: Parameter, value: number, show: (value: number) => string) {
  if (min !== undefined && value < min) return { wrong: `must be at least ${show(min)}; it is ${show(value)}` };
  if (max !== undefined && value > max) return { wrong: `must be at most ${show(max)}; it is ${show(value)}` };
  return { value };
}

/** A value that the parameter allows: a template's steps are checked with it against their actions. */
export function sampleValue({ type, min, max, choices }: Parameter): string | number {
  const samples = {
    cgroup: '/a',
    unit: 'a.service',
    bytes: 2 ** 30,
    nodes: '0',
    integer: 0,
    text: 'text',
    choice: choices?.[0] ?? 'text',
  };
  const sample = samples[type];
  return typeof sample === 'number' ? Math.min(max ?? Infinity, Math.max(min ?? 0, sample)) : sample;
}

/**
 * Replaces each `${name}` once (a value that looks like a parameter stays as it is).
 * What is exactly `${name}` becomes the value itself, a number where it is one.
 */
export function replaceParameters(
  text: string,
  values: Record<string, string | number>,
  show: (value: number) => string,
) {
  const whole = /^\$\{([a-z][a-z0-9_]{0,63})\}$/.exec(text);
  if (whole && Object.hasOwn(values, whole[1]!)) return values[whole[1]!]!;
  return text.replace(/\$\{([a-z][a-z0-9_]{0,63})\}/g, (open, name: string) => {
    if (!Object.hasOwn(values, name)) return open;
    const value = values[name]!;
    return typeof value === 'number' ? show(value) : value;
  });
}

/** The arguments with each `${name}` replaced; a key that needs a parameter without a value is left out. */
export function fillArguments(args: Record<string, unknown>, values: ParameterValues): Record<string, unknown> {
  const set = Object.entries(args).filter(([, value]) =>
    openParameters(value).every((name) => Object.hasOwn(values, name)),
  );
  const fill = (value: unknown) => (typeof value === 'string' ? replaceParameters(value, values, String) : value);
  return Object.fromEntries(set.map(([key, value]) => [key, fill(value)]));
}

/**
 * What is given for a template's parameters, as their types read it, defaults added.
 * @throws UndoomError `call.parameter` for an unknown, a wrong or a missing one
 */
export function readParameters(template: Playbook, given: ParameterValues): ParameterValues {
  const { parameters, name: playbook } = template;
  const names = Object.keys(parameters);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(parameters, name)) continue;
    const way = names.length > 0 ? suggest(name, names) : 'it has none';
    throw wrongParameter(`${name} is no parameter of ${playbook}: ${way}`, names[0]);
  }
  const entries: [string, string | number][] = [];
  const missing: [string, Parameter][] = [];
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    if (value === undefined) {
      if (!parameter.optional) missing.push([name, parameter]);
      continue;
    }
    const read = readValue(parameter, value);
    if ('wrong' in read) throw wrongParameter(`${name} of ${playbook} ${read.wrong}`, name);
    entries.push([name, read.value]);
  }
  if (missing.length > 0) {
    const list = missing.map(([name, { title }]) => `${name} (${title})`).join(', ');
    throw wrongParameter(`${playbook} needs ${list}`, missing.map(([name]) => name).join('=… --set '));
  }
  return Object.fromEntries(entries);
}

export function wrongParameter(message: string, name?: string): UndoomError {
  return new UndoomError('call.parameter', message, name ? { hint: `Set it with --set ${name}=…` } : {});
}
