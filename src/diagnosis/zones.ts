import type { BuddyReport, Report, ZoneReport } from '../kernel-log/report.js';
import { formatBytes } from '../text/bytes.js';
import { pageSizes } from './ram.js';
import { allowedNodes, normalRank, type Request, requestOf, zoneRank } from './request.js';

/**
 * A zone against what the request needed of it (__zone_watermark_ok of mm/page_alloc.c): its free pages, less those
 * that the request may not use, must be more than `min` and the reserve that the zone keeps from such requests.
 */
export interface ZoneState {
  zone: ZoneReport;
  /**
   * short: at or below `min`. reserved: above `min`, and kept from this request by the reserve. near: enough, and not
   * above `high`, where the kernel would stop to reclaim. enough: above `high`. unclear: what was printed does not decide it
   */
  state: 'short' | 'reserved' | 'near' | 'enough' | 'unclear';
  /** the reserve alone keeps this request out, however the zone stands */
  shutOut: boolean;
  /** whether the reserve for this request could be told */
  reserveKnown: boolean;
  /** a free block of the order asked for that this request may use; null where the buddy line is missing or cut */
  fits: boolean | null;
  /** free only by CMA pages, which this request may not use */
  onlyCma: boolean;
  words: string;
}

/** The zones that the request may use, each judged. Zones without memory are left out. */
export function usableZones(report: Report): ZoneState[] {
  const request = withoutFlags(report, requestOf(report));
  const nodes = allowedNodes(report);
  return populated(report.zones)
    .filter(({ node }) => nodes === null || nodes.includes(node))
    .filter(({ name }) => request.highestZone === null || zoneRank(name) <= request.highestZone)
    .map((zone) => judge(zone, report, request));
}

/**
 * Kernels from 6.0 on print no zones above the one that the request may use. Where its flags are cut, and a reserve tells
 * of a higher zone that was not printed, it was a request of the kernel's own, which may not have CMA pages.
 */
function withoutFlags(report: Report, request: Request): Request {
  const told = request.highestZone !== null || request.movable !== null;
  return told || !report.zones.some((zone) => hidesHigher(zone, report)) ? request : { ...request, movable: false };
}

/** Whether the reserve of a zone tells of a zone above it, on the same node, that was not printed. */
export function hidesHigher(zone: ZoneReport, report: Report): boolean {
  return stepsOf(zone.lowmemReservePages ?? []).length > higherOf(zone, report).length;
}

function stepsOf(reserves: number[]): number[] {
  return reserves.filter((pages, index) => index > 0 && pages > reserves[index - 1]!);
}

function higherOf(zone: ZoneReport, report: Report): ZoneReport[] {
  const sameNode = report.zones.filter(({ node }) => node === zone.node);
  return populated(sameNode)
    .filter(({ name }) => zoneRank(name) > zoneRank(zone.name))
    .sort((a, b) => zoneRank(a.name) - zoneRank(b.name));
}

export function populated(zones: ZoneReport[]): ZoneReport[] {
  return zones.filter(({ managedBytes, presentBytes }) => (managedBytes ?? presentBytes ?? 1) > 0);
}

function judge(zone: ZoneReport, report: Report, request: Request): ZoneState {
  const cma = zone.freeCmaBytes ?? 0;
  // 6.12 prints what is free of the reserve for atomic requests, and counts that instead of all of it
  const highatomic = request.atomic ? 0 : (zone.values.free_highatomic ?? zone.reservedHighatomicBytes ?? 0);
  const most = zone.freeBytes - highatomic - (request.movable === false ? cma : 0);
  const least = zone.freeBytes - highatomic - (request.movable === true ? 0 : cma);
  const reserve = reserveOf(zone, report, request);
  const min = zone.minBytes;
  const fits = hasBlock(zone, report, request);
  const known = { zone, fits, reserveKnown: reserve.least === reserve.most };
  if (min === null) {
    return { ...known, state: 'unclear', shutOut: false, onlyCma: false, words: `${nameOf(zone)}: min is not printed` };
  }
  const above = min + (reserve.most ?? Number.POSITIVE_INFINITY);
  const state =
    most <= min
      ? 'short'
      : most <= min + reserve.least
        ? 'reserved'
        : least <= above
          ? 'unclear'
          : least <= (zone.highBytes ?? min) + (reserve.most ?? 0)
            ? 'near'
            : 'enough';
  return {
    ...known,
    state,
    shutOut: reserve.least > 0 && most <= min + reserve.least,
    onlyCma: request.movable === false && most <= min + reserve.least && zone.freeBytes - highatomic > above,
    words: inWords(zone, { state, usable: most, min, reserve: reserve.least }),
  };
}

export function nameOf({ node, name }: { node: number; name: string }): string {
  return `node ${node} ${name}`;
}

function inWords(
  zone: ZoneReport,
  { state, usable, min, reserve }: { state: ZoneState['state']; usable: number; min: number; reserve: number },
): string {
  const free =
    usable === zone.freeBytes
      ? `${formatBytes(zone.freeBytes)} free`
      : `${formatBytes(Math.max(0, usable))} that it may use, of ${formatBytes(zone.freeBytes)} free`;
  const name = nameOf(zone);
  if (state === 'short') return `${name} has ${free}, not above its min watermark of ${formatBytes(min)}`;
  if (state === 'reserved') {
    return `${name} has ${free}, not above its min watermark of ${formatBytes(min)} and the ${formatBytes(reserve)} it keeps for requests that can use no other zone`;
  }
  const printed = `${name} has ${free}, above its min watermark of ${formatBytes(min)}`;
  return state === 'unclear' ? `${printed}; what it keeps back from this request is not known` : printed;
}

/**
 * The reserve for this request, in bytes. `lowmem_reserve[]` goes by the highest zone of the request and grows with
 * each zone above that holds memory (setup_per_zone_lowmem_reserve), so its steps are those zones in turn, whatever
 * zones this kernel was built with.
 */
function reserveOf(zone: ZoneReport, report: Report, { highestZone }: Request): { least: number; most: number | null } {
  const rank = zoneRank(zone.name);
  const above = higherOf(zone, report);
  const counted = above.filter(({ name }) => highestZone === null || zoneRank(name) <= highestZone).length;
  const reserves = zone.lowmemReservePages;
  if (reserves === null) {
    const isHighest = rank >= Math.min(highestZone ?? normalRank, normalRank) && counted === 0;
    return { least: 0, most: isHighest ? 0 : null };
  }
  if (highestZone !== null && rank >= highestZone) return { least: 0, most: 0 };
  const steps = stepsOf(reserves);
  const largest = Math.max(0, ...reserves);
  const upTo = (count: number) => (count === 0 ? 0 : steps[Math.min(count, steps.length) - 1]!);
  const page = pageSizes(report);
  const between = (least: number, most: number) => ({ least: least * page.least, most: most * page.most });
  if (steps.length === 0) return { least: 0, most: 0 };
  if (highestZone === null) return between(0, largest);
  if (steps.length === above.length) return between(upTo(counted), upTo(counted));
  // The lines of higher zones are missing: cut by a person, or left out by the kernel as of no use to the request (6.0 on).
  if (highestZone >= zoneRank('Movable')) return between(largest, largest);
  return between(upTo(counted), largest);
}

/** How many orders a kernel of the usual make has: up to 10 (MAX_ORDER, MAX_PAGE_ORDER). */
const lastOrder = 10;

export function buddyOf(zone: { node: number; name: string }, report: Report): BuddyReport | null {
  return report.buddy.find((buddy) => buddy.node === zone.node && buddy.zone === zone.name) ?? null;
}

function hasBlock(zone: { node: number; name: string }, report: Report, request: Request): boolean | null {
  const buddy = buddyOf(zone, report);
  return buddy === null ? null : buddyFits(buddy, request);
}

/** Whether a free block serves the request: null where the order is not told, or the line is cut before it shows one. */
export function buddyFits(buddy: BuddyReport, request: Request): boolean | null {
  const { order } = request;
  if (order === null) return null;
  if (buddy.blocks.some((block) => block.order >= order && block.count > 0 && mayUse(block.types, request)))
    return true;
  const whole = buddy.complete || buddy.blocks.some((block) => block.order >= lastOrder);
  return whole ? false : null;
}

/** H blocks are for atomic requests, C blocks for movable ones, I blocks for nobody (show_migration_types). */
function mayUse(types: string, { movable, atomic }: Request): boolean {
  if (types === '') return true;
  return /[UME]/.test(types) || (types.includes('C') && movable !== false) || (types.includes('H') && atomic);
}
