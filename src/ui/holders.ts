import type { Incident } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { widthOf } from '../text/width.js';
import { bar, fitEnd, fitMiddle, padEnd, padStart } from './layout.js';
import { type Screen, styled } from './screen.js';

type Holder = Incident['holders'][number];

const shown = 8;
/** cells: on a screen as narrow as this the numbers of the tasks give way to the bars */
const narrow = 60;
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
  const names = all.map(({ name }) => fitMiddle(screen, name, Math.floor(screen.columns * 0.3)));
  const pids = all.map(({ pid }) => (pid === null || screen.columns < narrow ? '' : String(pid)));
  const sizes = all.map(({ bytes }) => formatBytes(bytes));
  const [nameWidth, pidWidth, sizeWidth] = [names, pids, sizes].map((texts) => Math.max(...texts.map(widthOf))) as [
    number,
    number,
    number,
  ];
  const room = screen.columns - indent - nameWidth - pidWidth - sizeWidth - 6;
  const notes = all.map((holder) => fitEnd(screen, noteOf(holder), room - 2));
  // what several hold together is no holder to compare with
  const lengths = all.map(({ bytes }) => bytes / Math.max(1, ...rows.map((row) => row.bytes)));
  // as long as the notes leave: a short bar leaves more than a long one
  const barWidth = Math.min(
    room,
    ...all.flatMap((_, index) => (notes[index] ? [(room - notes[index].length - 2) / lengths[index]!] : [])),
  );
  return all.map((holder, index) => {
    const texts = [
      padEnd(names[index]!, nameWidth),
      padStart(pids[index]!, pidWidth),
      padStart(sizes[index]!, sizeWidth),
    ];
    const length = holder === others ? '' : bar(screen, lengths[index]!, Math.max(1, barWidth));
    const style = holder.killed ? 'red' : null;
    const note = styled(screen, style ?? 'yellow', notes[index]!);
    const tail = [styled(screen, style, length), note].filter((text) => text !== '').join(' ');
    return `${' '.repeat(indent)}${texts.join('  ')}  ${tail}`.trimEnd();
  });
}

function noteOf({ killed, oomScoreAdj }: Holder): string {
  if (killed) return oomScoreAdj !== null && oomScoreAdj > 0 ? `killed (oom_score_adj ${oomScoreAdj})` : 'killed';
  return oomScoreAdj !== null && oomScoreAdj <= shielded ? `shielded (oom_score_adj ${oomScoreAdj})` : '';
}
