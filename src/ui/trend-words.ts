import type { Trend } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { fitMiddle } from './layout.js';
import type { Screen } from './screen.js';
import { duration } from './time.js';

/** cells: a path in the middle of a sentence */
const longestCgroup = 36;

/** A trend as a sentence that claims no more than its reports show; null for one that says nothing a person needs. */
export function trendWords(screen: Screen, trend: Trend): string | null {
  if (trend.sureness === 'low') return null;
  if (trend.of === 'program') return trend.pattern === 'steady' ? programWords(screen, trend) : null;
  return trend.pattern === 'grows' ? processWords(trend) : null;
}

function processWords(trend: Trend): string {
  const { comm, pid, reports, firstBytes, lastBytes, seconds, bytesPerHour, sameBoot, looksLike } = trend;
  const when = seconds === null ? '' : ` within ${duration(seconds)}`;
  const rate =
    bytesPerHour !== null && looksLike === 'leak'
      ? `, ${formatBytes(bytesPerHour)} an hour`
      : seconds === null
        ? '; the log does not tell how fast'
        : '';
  const verdict = looksLike === 'leak' ? ': it looks like a leak' : '';
  const doubt =
    verdict !== '' && sameBoot === null ? ' (if it is one process: the log does not tell when the host started)' : '';
  return `${comm} (${pid}) grew in each of ${reports} reports, from ${formatBytes(firstBytes)} to ${formatBytes(lastBytes)}${when}${rate}${verdict}${doubt}.`;
}

function programWords(screen: Screen, trend: Trend): string {
  const { comm, cgroup, reports, smallestBytes, largestBytes, looksLike } = trend;
  const [least, most] = [formatBytes(smallestBytes), formatBytes(largestBytes)];
  const size = least === most ? most : `${least} to ${most}`;
  const where = cgroup === null ? '' : ` in ${fitMiddle(screen, cgroup, longestCgroup)}`;
  const verdict =
    looksLike === 'larger-than-limit'
      ? ', each soon after the kill before: it needs more than the limit soon after it starts.'
      : '. Whether it leaks or always needs that much, the reports do not tell.';
  return `${comm} was killed ${reports} times at the same size${where}, ${size}${verdict}`;
}
