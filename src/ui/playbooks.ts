import type { Parameter, Playbook, Step } from '../playbook/playbook.js';
import { formatBytes } from '../text/bytes.js';
import { shellQuote } from '../text/quote.js';
import { block, clean, paragraphs, sides } from './layout.js';
import { riskOf, riskStyle } from './remedies.js';
import { type Screen, styled } from './screen.js';
import { shellCommand } from './shell-command.js';

/** One row for each: its name, its highest risk, and what it does. */
export function showPlaybookList(playbooks: Playbook[], screen: Screen): string {
  const rows = playbooks.flatMap((playbook) => [
    ...headRows(screen, playbook.name, playbook),
    ...block(screen, playbook.title, { indent: 2 }),
    ...(playbook.for.length > 0 ? block(screen, `for ${playbook.for.join(', ')}`, { indent: 2, style: 'dim' }) : []),
  ]);
  return paragraphs(rows, ['One in full', ...shellCommand(screen, 'undoom playbook show NAME', 2)]).join('\n');
}

export function showPlaybook(playbook: Playbook, screen: Screen): string {
  const { name, title, host, because, expires, reusable, windows, hosts, parameters, steps } = playbook;
  const facts: [string, string | null][] = [
    ['for', playbook.for.join(', ') || null],
    ['hosts', hosts?.join(', ') ?? null],
    ['made for', host ? (host.name ?? host.machineId) : null],
    ['because', because ? `${because.summary} (incident ${because.incident})` : null],
    ['expires', expires],
    ['reusable', reusable ? 'yes' : null],
    [
      'windows',
      windows.map(({ days, from, to, timezone }) => `${days.join(' ')} ${from}-${to} ${timezone}`).join('; ') || null,
    ],
  ];
  const open = Object.entries(parameters);
  return paragraphs(
    [...headRows(screen, name, playbook), ...block(screen, title, { indent: 2 })],
    facts.flatMap(([lead, text]) =>
      text === null ? [] : block(screen, text, { indent: 2, lead, leadWidth: 10, leadStyle: 'dim' }),
    ),
    open.length > 0
      ? [styled(screen, 'bold', 'Parameters'), ...open.flatMap((entry) => parameterRows(screen, ...entry))]
      : [],
    ...steps.map((step, index) => stepRows(screen, step, index)),
    ['What it would do here', ...shellCommand(screen, tryCommand(playbook), 2)],
  ).join('\n');
}

function headRows(screen: Screen, name: string, { steps }: Playbook): string[] {
  const highest =
    (['high', 'medium', 'low'] as const).find((risk) => steps.some((step) => step.risk === risk)) ?? 'low';
  const shown = { manual: steps.every(({ action }) => action === 'manual'), risk: highest };
  return sides(screen, name, riskOf(shown), { leftStyle: 'bold', rightStyle: riskStyle(shown) });
}

function parameterRows(screen: Screen, name: string, parameter: Parameter): string[] {
  const { type, title, optional, min, max, choices } = parameter;
  const size = (value: number) => (type === 'bytes' ? formatBytes(value) : String(value));
  const bounds = [
    optional ? 'optional' : 'needed',
    choices ? choices.join(', ') : type,
    min === undefined ? '' : `at least ${size(min)}`,
    max === undefined ? '' : `at most ${size(max)}`,
    parameter.default === undefined ? '' : `${parameter.default} unless given`,
  ];
  return [
    ...block(screen, `${name}: ${title}`, { indent: 2 }),
    ...block(screen, bounds.filter((text) => text !== '').join('; '), { indent: 4, style: 'dim' }),
  ];
}

function stepRows(screen: Screen, { title, action, risk, why, was, ...step }: Step, index: number): string[] {
  const manual = action === 'manual';
  return [
    ...sides(screen, `${index + 1}. ${title}`, riskOf({ manual, risk }), {
      leftStyle: 'bold',
      rightStyle: riskStyle({ manual, risk }),
    }),
    ...block(screen, [action, ...pairs(step.with)].join(' '), { indent: 3 }),
    ...(was === null ? [] : block(screen, `was ${pairs(was).join(' ')}`, { indent: 3 })),
    ...block(screen, why, { indent: 3 }),
  ];
}

function pairs(values: Record<string, unknown>): string[] {
  return Object.entries(values).map(
    ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
}

function tryCommand({ origin, name, parameters }: Playbook): string {
  const needed = Object.entries(parameters).filter(
    ([, { optional, ...rest }]) => !optional && rest.default === undefined,
  );
  const set = needed.map(([parameter]) => ` --set ${clean(parameter)}=VALUE`).join('');
  return `undoom run ${origin.kind === 'built-in' ? name : shellQuote(origin.name)}${set} --dry-run`;
}
