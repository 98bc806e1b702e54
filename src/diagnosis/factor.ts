import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Cause, Evidence, Factor, FactorDetail } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { counted } from './evidence.js';
import { isSurelyHere } from './place.js';

export interface FactorContext {
  cause: Cause;
  /** this host, where the report is its own; null for a log of elsewhere */
  host: Host | null;
}

/** What shows a factor, and how much memory it is. */
export interface Finding extends Omit<FactorDetail, 'factor'> {
  evidence: Evidence[];
}

/** What made the cause likelier. */
export interface FactorRule {
  factor: Factor;
  /** @returns what shows it; null where nothing does */
  holds(report: Report, context: FactorContext): Finding | null;
}

/** A factor that is no amount of memory: its words are those of its evidence unless it has its own. */
export function shown(evidence: Evidence[], text: string): Finding {
  return { evidence, bytes: null, share: null, of: null, text };
}

/** A factor as a share of a whole; the whole is null where its size was not told. */
export function measured(
  evidence: Evidence[],
  bytes: number,
  { of, wholeBytes }: { of: Finding['of']; wholeBytes: number | null },
  text: string,
): Finding {
  // a counter that is read later may come to more than the whole
  const share = wholeBytes === null || wholeBytes === 0 ? null : Math.min(1, bytes / wholeBytes);
  return { evidence, bytes, share, of: share === null ? null : of, text };
}

/** "unreclaimable slab held 3 GiB, 75% of memory", "… of the limit" */
export function heldText(
  what: string,
  bytes: number,
  { of, wholeBytes }: { of: Finding['of']; wholeBytes: number },
): string {
  const whole = of === 'limit' ? 'the limit' : 'memory';
  return `${what} ${formatBytes(bytes)}, ${percent(bytes / wholeBytes)} of ${whole}`;
}

/** Whether the host's memory was at stake, rather than a cgroup's. */
export function isHostWide(report: Report, { cause }: FactorContext): boolean {
  return report.kind !== 'userspace-kill' && report.scope !== 'cgroup' && cause !== 'manual';
}

/** Memory that ran out, rather than contiguous blocks of it. */
export function isShortage(report: Report, context: FactorContext): boolean {
  return isHostWide(report, context) && context.cause !== 'fragmentation' && report.kind === 'oom-kill';
}

/**
 * What the host holds now, where the report tells nothing of it (rate-limited down to its kill line): what outlives a
 * kill is likely to have been there.
 * @param share of all memory: as much or less is no finding
 */
export function heldNow(
  report: Report,
  { host }: FactorContext,
  { what, key, bytes, share }: { what: string; key: string; bytes(host: Host): number | null; share: number },
): Finding | null {
  if (report.memInfoPages !== null || host === null || !isSurelyHere(report, host)) return null;
  const held = bytes(host);
  const total = host.meminfo?.MemTotal;
  if (held === null || !total || held <= share * total) return null;
  const text = `${what} ${formatBytes(held)} now, ${percent(held / total)} of memory`;
  return measured([counted(`${key}: ${held / 1024} kB`, text)], held, { of: 'ram', wholeBytes: total }, text);
}

/** The limit of the cgroup that was hit; null where there is none, or it was not told. */
export function limitBytes({ memory }: Report): number | null {
  return typeof memory?.limitBytes === 'number' && memory.limitBytes > 0 ? memory.limitBytes : null;
}

export function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths < 10 ? Math.round(hundredths * 10) / 10 : Math.round(hundredths)}%`;
}
