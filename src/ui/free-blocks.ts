import type { Incident } from '../schemas/diagnosis.js';
import { fitEnd, padEnd, padStart, widthOf } from './layout.js';
import { marks, type Screen, styled } from './screen.js';

const shownZones = 6;
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The free blocks of each order: a column for each, the order that was asked for marked, and which kinds of pages they are. */
export function freeBlockTable(screen: Screen, { freeBlocks, trigger, nodes }: Incident, indent: number): string[] {
  const asked = trigger?.order ?? null;
  const zones = freeBlocks.filter(({ node }) => nodes === null || nodes.includes(node));
  const rows = (zones.length > 0 ? zones : freeBlocks).slice(0, shownZones);
  const orders = [...new Set(rows.flatMap(({ blocks }) => blocks.map(({ order }) => order)))].sort((a, b) => a - b);
  if (orders.length === 0) return [];
  const names = rows.map(({ node, zone }) => fitEnd(screen, `node ${node} ${zone}`, 20));
  const nameWidth = Math.max('order'.length, ...names.map(widthOf));
  const cell = Math.min(6, Math.floor((screen.columns - indent - nameWidth) / orders.length));
  const line = (name: string, texts: string[]) =>
    `${' '.repeat(indent)}${padEnd(name, nameWidth)}${texts.map((text) => padStart(fitEnd(screen, text, cell - 1), cell)).join('')}`.trimEnd();

  const mark = (order: number) => (order === asked ? `${marks(screen).here}${order}` : String(order));
  const lines = [styled(screen, 'dim', line('order', orders.map(mark)))];
  for (const [index, { blocks }] of rows.entries()) {
    const of = (order: number) => blocks.find((block) => block.order === order);
    const most = Math.max(1, ...blocks.map(({ count }) => count));
    lines.push(
      line(
        names[index]!,
        orders.map((order) => shortCount(of(order)?.count ?? 0)),
      ),
    );
    if (screen.unicode && blocks.some(({ count }) => count > 0)) {
      lines.push(
        line(
          '',
          orders.map((order) => height(of(order)?.count ?? 0, most)),
        ),
      );
    }
    if (blocks.some(({ types }) => types !== ''))
      lines.push(
        line(
          '  kinds',
          orders.map((order) => of(order)?.types ?? ''),
        ),
      );
  }
  return lines;
}

function height(count: number, most: number): string {
  if (count <= 0) return '';
  return heights[Math.max(0, Math.ceil((count / most) * heights.length) - 1)]!.repeat(2);
}

/** At most four characters: `1325`, `12k`. */
function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1e6 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1e6)}M`;
}
