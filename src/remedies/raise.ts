import type { CgroupOwner, Host, MemoryCgroup } from '../host/host.js';
import { isCgroupPath } from '../host/index.js';
import { formatBytes } from '../text/bytes.js';
import type { IncidentFacts, Proposal, RemedyContext } from './remedy.js';
import { type Bound, boundsOf, lockedIn } from './room.js';

const MiB = 2 ** 20;
/** Larger than any base page: a limit that undoom set reads back rounded to pages. */
const pageRounding = 65536;

/** How large a raise is: the sum, before it is said in words. */
export interface Raise {
  cgroup: string;
  /** the limit as it is now; the report's where no host was read */
  limitBytes: number;
  heldBytes: number;
  wantedBytes: number;
  /** what of it fits; not above `limitBytes` where nothing does */
  grantedBytes: number;
  /** the bound that holds it below what the rule asks for; null where all of it fits */
  binding: Bound | null;
  /** what the host would still have available with the new limit in full use; null without a host */
  hostKeepsBytes: number | null;
  earlier: { fromBytes: number; toBytes: number } | null;
  peaked: boolean;
  raisedSince: boolean;
  live: MemoryCgroup | null;
  owner: CgroupOwner | null;
}

export type RaiseResult = { raise: Raise } | { note: string };

/**
 * The larger of 1.2 times what was held and 100 MiB more, as the vertical pod autoscaler raises after a kill: what was
 * wanted is not known. Whole MiB, so that a person can read it.
 */
export function wantedBytes(held: number): number {
  return Math.ceil(Math.max(held * 1.2, held + 100 * MiB) / MiB) * MiB;
}

/**
 * What the report says was held, and at which limit. Where anyone could have written it, it is believed only up to what
 * the live cgroup itself shows, its limit now and the most it ever held: a counter that bears out some kill bears out
 * no size.
 */
function believed(
  { limitBytes, usageBytes, forgeable }: IncidentFacts,
  live: MemoryCgroup | null,
): { limitBytes: number | null; heldBytes: number } {
  const heldBytes = Math.max(limitBytes ?? 0, usageBytes ?? 0);
  if (!forgeable || !live) return { limitBytes, heldBytes };
  const now = typeof live.limitBytes === 'number' ? live.limitBytes : 0;
  const most = Math.max(now, live.peakBytes ?? 0);
  return { limitBytes: limitBytes === null ? null : Math.min(limitBytes, now), heldBytes: Math.min(heldBytes, most) };
}

export function workOutRaise(incident: IncidentFacts, context: RemedyContext): RaiseResult {
  const { limitCgroup: cgroup } = incident;
  const { host } = context;
  if (cgroup === null)
    return { note: 'The log does not name the cgroup whose limit was hit, so no limit can be proposed.' };
  if (!isCgroupPath(cgroup) || cgroup === '/') {
    return { note: `The log names a cgroup that cannot be one (${cgroup}): nothing is proposed for it.` };
  }
  if (incident.factors.includes('kernel-memory-limit')) {
    return {
      note: `${cgroup} was at its limit of kernel memory (memory.kmem.limit_in_bytes), which a higher memory limit does not lift.`,
    };
  }
  const owner = host ? ownerOf(host, cgroup) : null;
  const live = host?.cgroups.memory(cgroup) ?? null;
  const { limitBytes: reported, heldBytes: heldThen } = believed(incident, live);
  if (host && !live) return { note: gone(cgroup, owner, incident.forgeable ? 0 : heldThen) };
  if (live && typeof live.limitBytes !== 'number') {
    return { note: `${cgroup} has no memory limit now: there is nothing to raise.` };
  }
  const limitBytes = (live?.limitBytes as number | undefined) ?? reported;
  if (limitBytes === null || limitBytes <= 0) {
    return { note: `The log does not tell the limit of ${cgroup}, so no higher one can be worked out.` };
  }

  const raisedSince = reported !== null && limitBytes > reported + pageRounding;
  const earlier = earlierRaise(context, cgroup, incident.forgeable ? limitBytes : (reported ?? limitBytes));
  if (raisedSince && limitBytes >= withDoubling(heldThen, earlier)) {
    return {
      note: `The limit of ${cgroup} is ${formatBytes(limitBytes)} now, raised since the kill at ${formatBytes(reported)}: enough by the rule, so nothing more is proposed.`,
    };
  }
  const peak = live?.peakBytes ?? 0;
  const heldBytes = Math.max(heldThen, limitBytes, peak);
  const wanted = withDoubling(heldBytes, earlier);
  if (!Number.isSafeInteger(wanted)) {
    return {
      note: `A limit of ${formatBytes(limitBytes)} is more than any host has: nothing is proposed for ${cgroup}.`,
    };
  }
  const common = { cgroup, limitBytes, heldBytes, wantedBytes: wanted, earlier, raisedSince, live, owner };
  const peaked = peak > Math.max(heldThen, limitBytes);
  if (!host || !live) {
    return { raise: { ...common, grantedBytes: wanted, binding: null, hostKeepsBytes: null, peaked } };
  }

  const bounds = boundsOf(host, live);
  if (!bounds) {
    return {
      note: `How much memory this host has to spare could not be read, so no higher limit of ${cgroup} is proposed.`,
    };
  }
  const lowest = bounds.reduce((least, bound) => (bound.bytes < least.bytes ? bound : least));
  const binding = lowest.bytes < wanted ? lowest : null;
  const grantedBytes = binding ? roundDown(binding.bytes, limitBytes, host.pageSizeBytes) : wanted;
  const hostKeepsBytes = host.meminfo!.MemAvailable! - Math.max(0, grantedBytes - lockedIn(live));
  return { raise: { ...common, grantedBytes, binding, hostKeepsBytes, peaked } };
}

/** Whether enough of it fits to be worth a change. */
export function isWorthIt({ grantedBytes, limitBytes }: Raise): boolean {
  return grantedBytes >= limitBytes + MiB;
}

/** The proposal of a raise: nobody else writes the cgroup's limit, and there is room for a higher one. */
export function proposeRaise(incident: IncidentFacts, context: RemedyContext, what: string): Proposal {
  const result = workOutRaise(incident, context);
  if ('note' in result) return { remedy: null, note: result.note };
  const { raise } = result;
  const { cgroup, owner, binding, limitBytes, grantedBytes } = raise;
  if (!isWorthIt(raise)) {
    const way =
      binding?.kind === 'host'
        ? 'A larger host, or ending what is not needed, would help.'
        : 'Raise that limit first, or end what is not needed there.';
    return {
      remedy: null,
      note: `The limit of ${cgroup} cannot be raised above its ${formatBytes(limitBytes)}: ${binding!.text}. ${way}`,
    };
  }
  if (owner?.setLimit) {
    return {
      remedy: null,
      note: `${cgroup} belongs to ${owner.text}, which writes its limit itself: a change by hand would not last. Its own way to ${formatBytes(grantedBytes)}: ${owner.setLimit(grantedBytes)}`,
    };
  }
  return {
    remedy: {
      title: `Raise the memory limit of ${what}${cgroup} to ${formatBytes(grantedBytes)}`,
      parameters: { cgroup, limit: grantedBytes },
      why: sum(raise),
    },
    note: context.host
      ? null
      : 'Nothing of the host was read: this follows from the numbers in the log alone, and is checked against the host before it runs.',
  };
}

/** The sum in words, for the person who approves it. */
function sum(raise: Raise): string {
  const { limitBytes, heldBytes, wantedBytes: wanted, grantedBytes, binding, hostKeepsBytes, earlier, live } = raise;
  const more = `${formatBytes(grantedBytes - limitBytes)} more`;
  const held = raise.peaked
    ? `It has held up to ${formatBytes(heldBytes)}`
    : raise.raisedSince
      ? `Its limit was raised to ${formatBytes(limitBytes)} since the kill, which is less than the rule asks for`
      : heldBytes > limitBytes
        ? `It held ${formatBytes(heldBytes)} when the kernel killed`
        : `It held its whole ${formatBytes(limitBytes)} when the kernel killed`;
  const doubled = earlier
    ? `; undoom raised it from ${formatBytes(earlier.fromBytes)} to ${formatBytes(earlier.toBytes)} before, so the step doubles`
    : '';
  const parts = [`${held}; what it wanted is not known${doubled}; ${more}`];
  if (hostKeepsBytes !== null) parts.push(`the host keeps ${formatBytes(hostKeepsBytes)}`);
  const sentences = [parts.join('; ')];
  if (binding) {
    sentences.push(`The rule asks for ${formatBytes(wanted)}, but ${binding.text}: it may be killed there again`);
  }
  if (typeof live?.highBytes === 'number' && live.highBytes < grantedBytes) {
    sentences.push(`Its memory.high of ${formatBytes(live.highBytes)} is raised with it`);
  }
  if (typeof live?.memswLimitBytes === 'number' && live.memswLimitBytes < grantedBytes) {
    sentences.push('Its limit of memory and swap is raised first');
  }
  return `${sentences.join('. ')}.`;
}

/** The raise by undoom that set the limit which was hit, where there was one. */
function earlierRaise({ earlierRaises }: RemedyContext, cgroup: string, limit: number) {
  return (
    earlierRaises(cgroup).findLast(
      ({ fromBytes, toBytes }) => toBytes > fromBytes && Math.abs(toBytes - limit) < pageRounding,
    ) ?? null
  );
}

/** Killed again at a limit that undoom set: the step doubles. */
function withDoubling(held: number, earlier: Raise['earlier']): number {
  const doubled = earlier ? earlier.toBytes + 2 * (earlier.toBytes - earlier.fromBytes) : 0;
  return Math.max(wantedBytes(held), Math.ceil(doubled / MiB) * MiB);
}

/** To whole MiB where that is still a raise, else to pages. */
function roundDown(bytes: number, limit: number, pageSize: number): number {
  const whole = Math.floor(bytes / MiB) * MiB;
  return whole > limit ? whole : Math.floor(bytes / pageSize) * pageSize;
}

export function ownerOf(host: Host, cgroup: string): CgroupOwner | null {
  const owner = host.cgroups.owner(cgroup);
  return owner.kind === 'nobody' ? null : owner;
}

function gone(cgroup: string, owner: CgroupOwner | null, held: number): string {
  const start = `The cgroup ${cgroup} is gone since the kill, so there is nothing to change`;
  if (!owner?.setLimit || held <= 0) return `${start}. Whoever makes it anew sets its limit.`;
  return `${start}. It belonged to ${owner.text}; to start it with ${formatBytes(wantedBytes(held))}: ${owner.setLimit(wantedBytes(held))}`;
}
