import type { Draft } from '../draft.js';
import type { Quote } from '../report.js';

/** What one line of a report states. */
export interface Fact {
  /** A report has one line for each slot; null where it may have many. A second one begins another report. */
  slot: string | null;
  /** the process that the line names, where only the report of that process may have it */
  trigger?: { comm: string; pid: number | null };
  /** the process that a kill line names */
  pid?: number;
  apply(draft: Draft, quote: Quote): void;
}

/** One kind of line that the kernel prints in a report. */
export interface LineKind {
  name: string;
  /**
   * begin: opens a report. body: belongs to an open one. note: as body, but alone it makes no report.
   * kill: ends one. after: only behind a kill. other: opens a dump that is no report.
   */
  role: 'begin' | 'body' | 'note' | 'kill' | 'after' | 'other';
  /** the OOM killer alone prints it, never a failed allocation */
  oomOnly: boolean;
  read(message: string, block: Draft['block']): Fact | null;
}

/** A process's own name is 15 bytes of anything (TASK_COMM_LEN), or more where a carrier escaped them. */
export function isComm(text: string): boolean {
  const plain = text.replace(/\\x[0-9a-f]{2}|#\d{3}/g, '?');
  if (Buffer.byteLength(plain) > 15) return false;
  // with a line break in it, what stands before may be another message that somebody else's words follow
  return !/: .*\n/s.test(plain);
}
