import { block } from './layout.js';
import { marks, type Screen } from './screen.js';

/** What went wrong in one sentence, and what to do next. */
export function showError(
  { message, hint }: { code: string; message: string; hint: string | null },
  screen: Screen,
): string {
  const rows = block(screen, message, { lead: marks(screen).no, leadStyle: 'red' });
  return [...rows, ...(hint === null ? [] : block(screen, hint, { indent: 2 }))].join('\n');
}
