import type { Aftermath } from '../schemas/diagnosis.js';
import { block } from './layout.js';
import { marks, type Screen, type Style } from './screen.js';
import { shellCommand } from './shell-command.js';
import { readTime } from './time.js';

/** What became of it, in a line, and how to start it where it does not run. */
export function aftermathRows(screen: Screen, aftermath: Aftermath | null, indent: number): string[] {
  if (aftermath === null || aftermath.state === 'unknown') return [];
  const { ok, no } = marks(screen);
  const isUp = aftermath.state === 'running' || aftermath.state === 'restarted';
  const leadStyle: Style = isUp ? 'green' : 'yellow';
  return [
    ...block(screen, `${aftermath.text}${sinceOf(aftermath)}`, { indent, lead: isUp ? ok : no, leadStyle }),
    ...(aftermath.command === null ? [] : shellCommand(screen, aftermath.command, indent + 2)),
  ];
}

function sinceOf({ sinceTime }: Aftermath): string {
  const since = readTime(sinceTime);
  return since === null ? '' : `, since ${since.day} ${since.clock}`;
}
