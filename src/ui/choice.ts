import type { Choice } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import { block } from './layout.js';
import type { Screen } from './screen.js';

const shownShields = 3;

/** Why the kernel chose its victim: its rank, who was shielded, and who would have been chosen otherwise. */
export function choiceRows(screen: Screen, choice: Choice | null, indent: number): string[] {
  if (choice === null) return [];
  const rows = [choice.text];
  const shields = choice.shielded
    .slice(0, shownShields)
    .map(
      ({ comm, pid, bytes, oomScoreAdj }) =>
        `${comm} (${pid}) with ${formatBytes(bytes)} (oom_score_adj ${oomScoreAdj})`,
    );
  if (shields.length > 0) {
    const more = choice.shielded.length - shields.length;
    rows.push(`kept out, though it held more: ${shields.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  const other = choice.withoutAdjustments;
  if (other !== null && other.pid !== choice.victim?.pid && choice.agrees === true) {
    rows.push(
      `without any oom_score_adj it would have been ${other.comm} (${other.pid}), with ${formatBytes(other.bytes)}`,
    );
  }
  return rows.flatMap((text) => block(screen, text, { indent, most: 4 }));
}
