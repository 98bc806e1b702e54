import type { Check } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { block, cells, clean } from './layout.js';
import { marks, type Screen, type Style } from './screen.js';

/** In a hurry: what is a risk in words, the rest as one name each. */
export function checkRows(screen: Screen, checks: Check[], indent: number): string[] {
  const of = (status: Check['status']) => checks.filter((check) => check.status === status);
  const { ok, warning, unknown } = marks(screen);
  return [
    ...of('warning').flatMap(({ text }) => block(screen, text, { indent, lead: warning, leadStyle: 'yellow' })),
    ...cells(
      screen,
      [
        ...of('ok').map(
          (check) => `${ok} ${[nameOf(check), check.unit === 'share' ? measured(check) : ''].join(' ').trim()}`,
        ),
        ...of('unknown').map((check) => `${unknown} ${nameOf(check)}`),
      ],
      indent,
    ),
  ];
}

/** Each in full: what was measured, against what, and what it means. */
export function allCheckRows(screen: Screen, checks: Check[], indent: number): string[] {
  return checks.flatMap((check) => {
    const [mark, style, status] = statusOf(screen, check);
    const against = check.threshold === null ? '' : ` (${boundOf(check)})`;
    const none = check.status === 'unknown' ? 'not known' : 'none';
    const value = check.value === null ? none : `${measured(check)}${against}`;
    return [
      ...block(screen, `${nameOf(check)}: ${value}${status}`, { indent, lead: mark, leadStyle: style }),
      ...block(screen, check.text, { indent: indent + 2 }),
    ];
  });
}

function statusOf(screen: Screen, { status }: Check): [string, Style | null, string] {
  const { ok, warning, unknown } = marks(screen);
  if (status === 'warning') return [warning, 'yellow', ', a risk'];
  return status === 'ok' ? [ok, 'green', ''] : [unknown, null, ''];
}

function nameOf({ id }: Check): string {
  return id === 'init-rss' ? 'memory of process 1' : clean(id).replaceAll('-', ' ');
}

function measured({ value, unit }: Check): string {
  return value === null ? '' : withUnit(value, unit);
}

function boundOf({ threshold, unit }: Check): string {
  return `threshold ${withUnit(threshold!, unit)}`;
}

function withUnit(value: string | number, unit: string | null): string {
  if (typeof value === 'string') return value;
  if (unit === 'share') return `${Math.round(value * 1000) / 10}%`;
  if (unit === 'bytes') return formatBytes(value);
  return unit === null ? String(value) : `${value} ${unit}`;
}
