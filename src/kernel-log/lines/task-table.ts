import type { Draft } from '../draft.js';
import { toNumber } from '../numbers.js';
import type { LineKind } from './line.js';

/** mm/oom_kill.c dump_tasks(): the columns changed four times, so they are read from the table's own heading. */
export const taskTable: LineKind = {
  name: 'task-table',
  role: 'note',
  oomOnly: true,
  read(message) {
    if (message.startsWith('Tasks state')) return { slot: 'tasks-state', apply: () => undefined };
    const heading = /^\[\s{0,8}pid\s{0,8}\]\s{1,8}(uid\s[\w\s]{10,200}\sname)$/.exec(message);
    if (heading) {
      return {
        slot: 'task-heading',
        apply(draft) {
          draft.columns = heading[1]!.trim().split(/\s+/);
        },
      };
    }
    const row = /^\[\s{0,16}(\d{1,10})\]\s{1,16}(\d{1,10}(?:\s{1,16}-?\d{1,16}){5,11})\s{1,16}(\S[\s\S]{0,64})$/.exec(
      message,
    );
    if (!row) return null;
    const pid = Number(row[1]);
    return {
      slot: `task:${pid}`,
      apply: (draft) => addRow(draft, pid, row[2]!.split(/\s+/), row[3]!),
    };
  },
};

function addRow(draft: Draft, pid: number, numbers: string[], name: string): void {
  let comm = name;
  const columns = draft.columns?.slice(0, -1) ?? columnsOf(numbers);
  if (columns === null) return;
  // a name that begins with figures was read as columns
  if (numbers.length > columns.length) comm = `${numbers.slice(columns.length).join(' ')} ${name}`;
  const values: Record<string, number> = {};
  for (const [index, column] of columns.entries()) {
    const value = toNumber(numbers[index]);
    if (value !== null) values[column] = value;
  }
  if (numbers.length >= columns.length) draft.rows.push({ pid, comm, values });
}

/** A table whose heading is cut: told by the number of its columns, and by page tables in bytes being whole pages. */
function columnsOf(numbers: string[]): string[] | null {
  const tail = ['swapents', 'oom_score_adj'];
  if (numbers.length === 10) {
    return ['uid', 'tgid', 'total_vm', 'rss', 'rss_anon', 'rss_file', 'rss_shmem', 'pgtables_bytes', ...tail];
  }
  if (numbers.length !== 7) return null;
  const tables = Number(numbers[4]);
  return ['uid', 'tgid', 'total_vm', 'rss', tables > 0 && tables % 4096 === 0 ? 'pgtables_bytes' : 'nr_ptes', ...tail];
}
