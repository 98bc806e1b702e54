import { createHash } from 'node:crypto';
import type { Playbook } from './playbook.js';

/**
 * What tells one playbook from another: what it does, where, when and because of what. Comments, layout, titles and
 * reasons do not count, nor does `reusable`: a file that was used stays used when it is only reworded.
 */
export function playbookDigest(playbook: Playbook): string {
  const { host, because, expires, windows, hosts, parameters } = playbook;
  const steps = playbook.steps.map(({ id, action, with: args, was, risk }) => ({ id, action, with: args, was, risk }));
  const what = { steps, host, because, expires, windows, hosts, parameters };
  return createHash('sha256').update(canonical(what)).digest('hex');
}

/** JSON with the keys of each object in order, so that equal values give equal bytes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
