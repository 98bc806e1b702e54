import type { LogRecord } from './record.js';
import { zoneKeys } from './zone-keys.js';

/** A line as the kernel printed it: one record, or several that wrapping or a multi-line message put apart. */
export interface KernelLine {
  message: string;
  records: LogRecord[];
}

const longest = 16_384;
const mostParts = 64;

/** What a line that may be continued begins with: nothing is joined to other lines. */
const joinable =
  /invoked oom-killer: |page allocation failure|^(?:oom-kill:|Memory cgroup |Out of memory|Killed process |Node \d|(?:DMA|DMA32|Normal|HighMem|Movable)[ :]|\[\s*\d+\]|\[\s*pid|active_anon:|Active|lowmem_reserve|Task in |(?:CPU|Pid):|Mem-Info)/;
const continuation = /^(?:[a-z_\d:*(),|/=#]|UID:|GFP_|__GFP|[kK]B\b|B\b|M{1,5}O)/;

/**
 * The line that `record` goes on with, or null where it begins one of its own. Lines of one record always belong
 * together; a line without a carrier is joined to one with, where it can be the rest of it.
 */
export function joinLine(line: KernelLine | null, record: LogRecord): KernelLine | null {
  if (line === null || line.records.length >= mostParts || line.message.length > longest) return null;
  const records = [...line.records, record];
  const { message } = record;
  if (!record.beginsRecord) return { message: `${line.message}\n${message}`, records };
  if (record.stamped || message === '' || record.identifier !== null) return null;
  const first = line.records[0]!;
  const last = line.records.at(-1)!;
  if (last.line === null || record.line !== last.line + 1) return null;
  if (line.message === '') return first.stamped ? { message, records } : null;
  if (!joinable.test(line.message) || !continuation.test(message)) return null;
  if (!first.stamped && !unfinished(line.message, message)) return null;
  return { message: line.message + glue(line.message, record) + message, records };
}

/** In a log without stamps every line lacks one: only what plainly ends in the middle is continued. */
function unfinished(head: string, tail: string): boolean {
  if (/^(?:oom-kill:|Memory cgroup out|Out of memory|Killed process )/.test(head)) {
    return head.endsWith(',') || /^(?:total-vm|anon-rss|pgtables|oom_score_adj|UID)[:=]/.test(tail);
  }
  if (/^(?:Node \d+ )?\w+ free:\d/.test(head))
    return /^(?:\d{0,16}[kK]B\b|:\d|[a-z_()]{2,40}:\s?\d+[kK]B\b)/.test(tail);
  return (
    / invoked oom-killer: /.test(head) && head.endsWith(',') && /^(?:order|nodemask|oom_score_adj|gfp_mask)=/.test(tail)
  );
}

/** Nothing where a word or number was broken, a space where the line was wrapped between two. */
function glue(head: string, record: LogRecord): '' | ' ' {
  const tail = record.message;
  if (/^\s/.test(record.text.replace(/^[>|]{1,20}/, '')) && !head.startsWith('oom-kill:')) return ' ';
  if (head.startsWith('oom-kill:')) return '';
  if (/:\d{0,16}$/.test(head) && /^\d{0,16}[kK]B\b/.test(tail)) return '';
  if (/\*\d{0,16}$/.test(head) && /^\d{0,16}[kK]B\b/.test(tail)) return '';
  if (/\d[kK]$/.test(head) && /^B\b/.test(tail)) return '';
  if (/^[:*=]/.test(tail) || /[|(]$/.test(head) || /^[|)]/.test(tail)) return '';
  const before = /[a-z_]{1,40}$/.exec(head)?.[0];
  const after = /^[a-z_]{1,40}(?=[:(])/.exec(tail)?.[0];
  if (before && after && zoneKeys.has(before + after)) return '';
  // a flag's name broken in two: `(GFP_HIGHUSER_MOV` `ABLE|__GFP_ZERO)`
  return /\([\w|]{1,400}$/.test(head) && /^\w{1,30}[|)]/.test(tail) ? '' : ' ';
}
