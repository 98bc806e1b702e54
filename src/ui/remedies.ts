import type { Remedy } from '../schemas/diagnosis.js';
import { block, sides } from './layout.js';
import type { Screen, Style } from './screen.js';
import { shellCommand } from './shell-command.js';

/** Remedies a, b, c in order of preference: what, how risky, and why; what a person has to do, with its command. */
export function remedyRows(screen: Screen, remedies: Remedy[], indent: number): string[] {
  const inner = indent + 3;
  return remedies.flatMap((remedy, index) => {
    const letter = String.fromCharCode('a'.charCodeAt(0) + (index % 26));
    const title = sides(screen, remedy.title, riskOf(remedy), {
      indent: inner,
      leftStyle: 'bold',
      rightStyle: riskStyle(remedy),
    });
    title[0] = `${' '.repeat(indent)}${letter}  ${title[0]!.slice(inner)}`;
    return [
      ...title,
      ...block(screen, remedy.why, { indent: inner }),
      ...(remedy.instruction === null ? [] : block(screen, remedy.instruction, { indent: inner })),
      ...(remedy.command === null ? [] : shellCommand(screen, remedy.command, inner)),
    ];
  });
}

export function riskOf({ manual, risk }: Pick<Remedy, 'manual' | 'risk'>): string {
  return manual ? 'to do by hand' : `${risk} risk`;
}

export function riskStyle({ manual, risk }: Pick<Remedy, 'manual' | 'risk'>): Style | null {
  if (manual || risk === 'low') return null;
  return risk === 'high' ? 'red' : 'yellow';
}
