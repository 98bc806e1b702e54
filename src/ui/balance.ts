import type { Balance } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { cells, clean, fitEnd } from './layout.js';
import { type Screen, type Style, styled } from './screen.js';

/** Parts shown by name: as many fills can be told apart; the small ones are one more, together. */
const named = 6;
/** Below this share a part has no cell of its own. */
const least = 0.01;

interface Fill {
  unicode: string;
  ascii: string;
  style: Style | null;
}

const fills: Fill[] = [
  { unicode: '█', ascii: '#', style: null },
  { unicode: '▒', ascii: '=', style: 'yellow' },
  { unicode: '▚', ascii: '+', style: 'green' },
  { unicode: '▌', ascii: '%', style: null },
  { unicode: '▄', ascii: 'o', style: 'yellow' },
  { unicode: '▘', ascii: '*', style: 'green' },
];
const othersFill: Fill = { unicode: '░', ascii: '-', style: 'dim' };
const freeFill: Fill = { unicode: '▁', ascii: '.', style: 'dim' };

/** One bar in which every part has its own fill, and a legend below: readable without colour. */
export function balanceRows(screen: Screen, balance: Balance | null, indent: number): string[] {
  if (balance === null) return [];
  const shares = segments(balance);
  const width = Math.min(screen.columns - indent, 74);
  const counts = cellCounts(
    shares.map(({ bytes }) => bytes),
    width,
  );
  const mark = ({ unicode, ascii }: Fill) => (screen.unicode ? unicode : ascii);
  const bar = shares.map(({ fill }, index) => styled(screen, fill.style, mark(fill).repeat(counts[index]!))).join('');
  const legend = shares.map(({ fill, name, bytes }) => `${mark(fill)} ${name} ${formatBytes(bytes)}`);
  return [
    ' '.repeat(indent) + bar,
    ...cells(screen, legend, indent),
    ...(balance.surplusBytes > 0
      ? [
          ' '.repeat(indent) +
            fitEnd(
              screen,
              `the counters come to ${formatBytes(balance.surplusBytes)} more than there is, and were lessened`,
              width,
            ),
        ]
      : []),
  ];
}

/** What the bar is of. */
export function balanceTitle(balance: Balance, isNow = false): string {
  const whose = balance.of === 'cgroup' ? 'of the cgroup' : 'of RAM';
  return `What the ${formatBytes(balance.totalBytes)} ${whose} ${isNow ? 'are' : 'were'} used for`;
}

interface Segment {
  name: string;
  bytes: number;
  fill: Fill;
}

/** The largest by name, what is free last, the rest together. */
function segments({ parts, totalBytes }: Balance): Segment[] {
  const used = parts.filter(({ name }) => name !== 'free').toSorted((a, b) => b.bytes - a.bytes);
  const large = used.filter(({ bytes }, index) => index < named && (index < 2 || bytes >= least * totalBytes));
  const rest = used.filter((part) => !large.includes(part));
  const free = parts.find(({ name }) => name === 'free');
  const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...large.map(({ name, bytes }, index) => ({ name: nameOf(name), bytes, fill: fills[index]! })),
    ...(rest.length === 0
      ? []
      : [
          {
            name: rest.length === 1 ? nameOf(rest[0]!.name) : `${rest.length} others`,
            bytes: restBytes,
            fill: othersFill,
          },
        ]),
    ...(free ? [{ name: 'free', bytes: free.bytes, fill: freeFill }] : []),
  ];
}

/** The parts' own names are words already: `page-cache`. */
function nameOf(name: string): string {
  return name === 'unaccounted' ? 'in no counter' : clean(name).replaceAll('-', ' ');
}

/** Cells for each part, together exactly the width: what is left after rounding down goes to the largest remainders. */
function cellCounts(sizes: number[], width: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (total === 0 ? 0 : (size / total) * width));
  const counts = exact.map((cell) => Math.floor(cell));
  const left = width - counts.reduce((sum, count) => sum + count, 0);
  const order = exact.map((cell, index) => ({ index, rest: cell - Math.floor(cell) })).sort((a, b) => b.rest - a.rest);
  for (const { index } of total === 0 ? [] : order.slice(0, left)) counts[index]! += 1;
  return counts;
}
