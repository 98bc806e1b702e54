import type { Incident } from '../schemas/diagnosis.js';
import { widthOf } from '../text/width.js';
import { fitEnd, padEnd, padStart } from './layout.js';
import { marks, type Screen, styled } from './screen.js';

const shownZones = 6;
/** cells of a column: a count of four characters and a gap */
const cell = 5;
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The free blocks of each order: a column for each, the order that was asked for marked, and which kinds of pages they are. */
export function freeBlockTable(screen: Screen, { freeBlocks, trigger, nodes }: Incident, indent: number): string[] {
  const asked = trigger?.order ?? null;
  const zones = freeBlocks.filter(({ node }) => nodes === null || nodes.includes(node));
  const rows = (zones.length > 0 ? zones : freeBlocks).slice(0, shownZones);
  const orders = [...new Set(rows.flatMap(({ blocks }) => blocks.map(({ order }) => order)))].sort((a, b) => a - b);
  const names = rows.map(({ node, zone }) => fitEnd(screen, `node ${node} ${zone}`, 16));
  const nameWidth = Math.max('order'.length, ...names.map(widthOf));
  const perLine = Math.floor((screen.columns - indent - nameWidth) / cell);
  const line = (name: string, texts: string[]) => {
    const columns = texts.map((text) => padStart(fitEnd(screen, text, cell - 1), cell)).join('');
    return `${' '.repeat(indent)}${padEnd(name, nameWidth)}${columns}`.trimEnd();
  };
  const mark = (order: number) => (order === asked ? `${marks(screen).here}${order}` : String(order));

  const lines: string[] = [];
  for (let from = 0; from < orders.length; from += perLine) {
    const shown = orders.slice(from, from + perLine);
    const row = (name: string, text: (order: number) => string) => lines.push(line(name, shown.map(text)));
    lines.push(styled(screen, 'dim', line('order', shown.map(mark))));
    for (const [index, { blocks }] of rows.entries()) {
      const block = (order: number) => blocks.find((one) => one.order === order);
      const most = Math.max(1, ...blocks.map(({ count }) => count));
      row(names[index]!, (order) => shortCount(block(order)?.count ?? 0));
      if (screen.unicode) row('', (order) => height(block(order)?.count ?? 0, most));
      if (blocks.some(({ types }) => types !== '')) row('  kinds', (order) => block(order)?.types ?? '');
    }
  }
  return lines.filter((text) => text !== '');
}

function height(count: number, most: number): string {
  if (count <= 0) return '';
  return heights[Math.max(0, Math.ceil((count / most) * heights.length) - 1)]!.repeat(2);
}

/** Four characters where it can be: `1325`, `12k`. */
function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1e6 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1e6)}M`;
}
