import type { Incident } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { bar, fitMiddle, padEnd, padStart, widthOf } from './layout.js';
import { type Screen, styled } from './screen.js';

type Holder = Incident['holders'][number];

const shown = 8;
/** From here on the kernel all but never takes a task: `oom_score_adj` counts in thousandths of all memory. */
const shielded = -900;

/** Who held the memory, largest first, as rows with bars. The victim is shown however small it is. */
export function holderTable(screen: Screen, holders: Holder[], indent: number): string[] {
  if (holders.length === 0) return [];
  const rows = holders.filter(({ killed }, index) => index < shown || killed).slice(0, shown + 3);
  const left = holders.filter((holder) => !rows.includes(holder));
  const others: Holder = {
    kind: 'other',
    name: `${left.length} others`,
    pid: null,
    bytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
    killed: false,
    oomScoreAdj: null,
  };
  const all = left.length > 0 ? [...rows, others] : rows;
  const names = all.map(({ name }) => fitMiddle(screen, name, 24));
  const pids = all.map(({ pid }) => (pid === null ? '' : String(pid)));
  const sizes = all.map(({ bytes }) => formatBytes(bytes));
  const notes = all.map(noteOf);
  const [nameWidth, pidWidth, sizeWidth, noteWidth] = [names, pids, sizes, notes].map((texts) =>
    Math.max(...texts.map(widthOf)),
  ) as [number, number, number, number];
  const barWidth = screen.columns - indent - nameWidth - pidWidth - sizeWidth - 6 - (noteWidth > 0 ? noteWidth + 1 : 0);
  const largest = Math.max(1, ...all.map(({ bytes }) => bytes));
  return all.map(({ killed, bytes }, index) => {
    const texts = [
      padEnd(names[index]!, nameWidth),
      padStart(pids[index]!, pidWidth),
      padStart(sizes[index]!, sizeWidth),
    ];
    const length = bar(screen, bytes / largest, Math.max(8, barWidth));
    const style = killed ? 'red' : null;
    const note = notes[index] === '' ? '' : ` ${styled(screen, style ?? 'yellow', notes[index]!)}`;
    return `${' '.repeat(indent)}${texts.join('  ')}  ${styled(screen, style, length)}${note}`.trimEnd();
  });
}

function noteOf({ killed, oomScoreAdj }: Holder): string {
  if (killed) return oomScoreAdj !== null && oomScoreAdj > 0 ? `killed (oom_score_adj ${oomScoreAdj})` : 'killed';
  return oomScoreAdj !== null && oomScoreAdj <= shielded ? `shielded (oom_score_adj ${oomScoreAdj})` : '';
}
