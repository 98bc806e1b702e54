import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import type { CauseRule, Confidence, Verdict } from '../cause.js';
import { quoted, quotedFact } from '../evidence.js';
import { killedClause, victimName } from '../names.js';
import { isPageAllocation, zoneEvidence } from '../page-allocation.js';
import { pageSize } from '../ram.js';
import { normalRank, orderInWords, type Request, requestOf, zoneRank } from '../request.js';
import { buddyFits, buddyOf, nameOf, usableZones, type ZoneState } from '../zones.js';

/** Above this order the kernel fails the request rather than kill (PAGE_ALLOC_COSTLY_ORDER). */
const costlyOrder = 3;

/** There was enough free memory, and no block of it as large as the request. */
export const fragmentation: CauseRule = {
  cause: 'fragmentation',
  judge(report) {
    const request = requestOf(report);
    if (!isPageAllocation(report) || request.order === null || request.order < 1) return null;
    const states = usableZones(report);
    return states.length > 0 ? byZones(report, request, states) : byBlocks(report, request);
  },
  summary(report) {
    const { order } = requestOf(report);
    const size = formatBytes(2 ** (order ?? 0) * pageSize(report));
    const asked = `${report.trigger?.comm ?? 'A task'} asked for ${orderInWords(order ?? 0)}, a block of ${size}`;
    const missing = 'memory was free, but in smaller pieces';
    const failed = report.kind === 'allocation-failure' && victimName(report) === null;
    return failed ? `${asked}, and did not get it: ${missing}` : `${asked}: ${missing}${killedClause(report)}`;
  },
};

/**
 * What the zones that could have served it have in common decides: all above `min` without such a block is
 * fragmentation, all short is a shortage, some of each is both.
 */
function byZones(report: Report, request: Request, states: ZoneState[]): Verdict | null {
  const open = states.filter((state) => !state.shutOut);
  const above = open.filter(({ state }) => state === 'near' || state === 'enough' || state === 'unclear');
  // A low zone whose reserve was not printed may be shut out by it, so its free blocks prove nothing.
  const doubtful = above.filter(({ zone, fits, reserveKnown }) => isLow(zone.name, request) && fits && !reserveKnown);
  const candidates = above.filter((state) => !doubtful.includes(state));
  if (candidates.length === 0 || candidates.some(({ fits }) => fits === true)) return null;
  const shortToo = open.some(({ state }) => state === 'short');
  const whole =
    doubtful.length === 0 &&
    candidates.every(({ state, fits }) => fits === false && state !== 'unclear') &&
    request.highestZone !== null;
  const confidence: Confidence = shortToo ? 'low' : whole ? 'high' : 'medium';
  return {
    confidence,
    evidence: [
      ...quotedFact(report, 'header', `the request was for ${orderInWords(request.order!)}`),
      ...zoneEvidence(candidates),
      ...candidates.flatMap(({ zone, fits }) => {
        const buddy = buddyOf(zone, report);
        return buddy && fits === false ? [noBlock(buddy.quote, nameOf(zone), request)] : [];
      }),
    ],
  };
}

/**
 * Only the free blocks were printed. A costly request fails without a kill and mostly for the want of a block; what a
 * zone must keep free is not known, so that this stays a likely reading.
 */
function byBlocks(report: Report, request: Request): Verdict | null {
  if (request.order! <= costlyOrder) return null;
  const blocks = report.buddy.filter(({ zone }) => !isLow(zone, request));
  if (blocks.length === 0 || blocks.some((buddy) => buddyFits(buddy, request) !== false)) return null;
  return {
    confidence: 'low',
    evidence: [
      ...quotedFact(report, 'header', `the request was for ${orderInWords(request.order!)}`),
      ...blocks.map((buddy) => noBlock(buddy.quote, nameOf({ node: buddy.node, name: buddy.zone }), request)),
    ],
  };
}

function noBlock(quote: Report['buddy'][number]['quote'], zone: string, { order }: Request) {
  return quoted(quote, `${zone} has no free block of order ${order} or more that the request may use`);
}

/** The lowest zone is kept by its reserve from requests that can use a higher one. */
function isLow(name: string, { highestZone }: Request): boolean {
  return name === 'DMA' && (highestZone ?? normalRank) > zoneRank(name);
}
