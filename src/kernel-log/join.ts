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
  / invoked(?: oom-killer:|$)|: page allocation(?: failure|$)|^(?:oom-kill:|Memory cgroup |Out of memory|Killed process |Node \d|(?:DMA|DMA32|Normal|HighMem|Movable)[ :]|\[\s*\d+\]|\[\s*pid|active_anon:|Active|lowmem_reserve|Task in |(?:CPU|Pid):|Mem-Info|Tasks |(?:memory|memory\+swap|swap|kmem): usage)|^\S{1,15} cpuset=/;
/** another program's line, of a log that has no stamps */
const programsOwn = /^[\w.@/-]{1,64}\[\d{1,10}\]: /;
/** A line of free blocks goes on with counts and sizes, and ends with its total. */
const freeBlocks = /^(?:Node \d{1,4} )?(?:DMA|DMA32|Normal|HighMem|Movable): ?\d/;
const moreBlocks = /^(?:[\d*=(]|[kK]?B\b|k\b)/;
const continuation = /^(?:[a-z_\d:*(),|/=#]|UID:|GFP_|__GFP|[kK]B\b|B\b|M{1,5}O)/;

/**
 * The line that `record` goes on with, or null where it begins one of its own. Lines of one record always belong
 * together; a line without a carrier is joined to one with, where it can be the rest of it.
 */
export function joinLine(line: KernelLine | null, record: LogRecord, width: number | null): KernelLine | null {
  if (line === null) return null;
  const full = line.records.length >= mostParts || line.message.length > longest;
  const records = [...line.records, record];
  const { message } = record;
  if (!record.beginsRecord || padded(line.records[0]!, record)) {
    return full ? line : { message: `${line.message}\n${message}`, records };
  }
  if (full) return null;
  if (record.stamped || message === '' || record.identifier !== null) return null;
  const first = line.records[0]!;
  const last = line.records.at(-1)!;
  if (last.line === null || record.line !== last.line + 1) return null;
  // broken at the terminal's edge: nothing was put in or taken out
  if (first.stamped && width !== null && last.text.length === width) {
    const space = /\s$/.test(last.text) || betweenWords(line.message, rawTail(record)) ? ' ' : '';
    return { message: `${line.message}${space}${rawTail(record)}`, records };
  }
  if (line.message === '') return first.stamped ? { message, records } : null;
  if (programsOwn.test(message)) return null;
  if (!joinable.test(line.message) || !continuation.test(message)) return null;
  if (freeBlocks.test(line.message) && (/= \d{1,16}kB$/.test(line.message) || !moreBlocks.test(message))) return null;
  if (!first.stamped && !unfinished(line.message, message)) return null;
  return { message: line.message + glue(line.message, record) + message, records };
}

/** dmesg(1) puts the second and later lines of a record under its first: as many spaces as the stamp is wide. */
function padded(first: LogRecord, record: LogRecord): boolean {
  if (record.stamped || !first.stamped || !first.text.startsWith('[') || record.message === '') return false;
  const width = first.text.length - first.message.length;
  return width > 3 && first.text.endsWith(first.message) && /^ */.exec(record.text)![0].length >= width;
}

/** In a log without stamps every line lacks one: only what plainly ends in the middle is continued. */
function unfinished(head: string, tail: string): boolean {
  if (/^(?:oom-kill:|Memory cgroup out|Out of memory|Killed process )/.test(head)) {
    return head.endsWith(',') || /^(?:total-vm|anon-rss|pgtables|oom_score_adj|UID)[:=]/.test(tail);
  }
  if (/^(?:Node \d+ )?\w+ free:\d/.test(head))
    return /^(?:\d{0,16}[kK]B\b|:\d|[a-z_()]{2,40}:\s?\d+[kK]B\b)/.test(tail);
  if (/^\[\s*(?:pid|\d+)\s*\][\s\d-]+$|^\[\s*pid\s*\](?!.*\sname$)/.test(head)) return true;
  if (!/[,:]$/.test(head)) return / invoked$|: page allocation$/.test(head);
  return (
    /(?: invoked oom-killer| page allocation failure): ?/.test(head) &&
    /^(?:order|nodemask|oom_score_adj|gfp_mask|mode)[=:]/.test(tail)
  );
}

/** No word of the kernel's goes on like this: the lines were wrapped between words, if all at one length. */
function betweenWords(head: string, tail: string): boolean {
  if (/\d[kK]B$/.test(head) && /^[a-z_]{2,40}[:(]/.test(tail)) return true;
  return (
    /(?: invoked| allocation| killed| as| a| result| of| limit| process|:|,)$/.test(head) &&
    /^(?:\/|[a-z_]{2}|\d)/.test(tail)
  );
}

/** Nothing where a word or number was broken, a space where the line was wrapped between two. */
function glue(head: string, record: LogRecord): '' | ' ' {
  const tail = record.message;
  if (/^\s/.test(record.text.replace(/^[>|]{1,20}/, '')) && !head.startsWith('oom-kill:')) return ' ';
  if (head.startsWith('oom-kill:')) return '';
  if (/:\d{0,16}$/.test(head) && /^\d{0,16}[kK]B\b/.test(tail)) return '';
  if (/(?:[:=]|failcnt )\d{1,16}$/.test(head) && /^\d/.test(tail)) return '';
  if (/\*\d{0,16}$/.test(head) && /^\d{0,16}[kK]B\b/.test(tail)) return '';
  if (/\d[kK]$/.test(head) && /^B\b/.test(tail)) return '';
  if (/^[:*=]/.test(tail) || /[|(]$/.test(head) || /^[|)]/.test(tail)) return '';
  if (/^Task in /.test(head) && /\/[^\s]{0,4096}$/.test(head) && !/^killed\b/.test(tail)) return '';
  const before = /[a-z_]{1,40}$/.exec(head)?.[0];
  const after = /^[a-z_]{1,40}(?=[:(])/.exec(tail)?.[0];
  if (before && after && zoneKeys.has(before + after)) return '';
  // a flag's name broken in two: `(GFP_HIGHUSER_MOV` `ABLE|__GFP_ZERO)`
  return /\([\w|]{1,400}$/.test(head) && /^\w{1,30}[|)]/.test(tail) ? '' : ' ';
}

const narrowest = 40;

/**
 * The width at which a terminal broke the lines of a log, told by the lines that another without a carrier follows:
 * all of one length. Null where there are too few, or their lengths differ (a mail was wrapped between words).
 */
export function wrapWidth(records: LogRecord[]): number | null {
  const broken = records.filter((record, index) => {
    const next = records[index + 1];
    return next && !next.stamped && next.message !== '' && record.line !== null && next.line === record.line + 1;
  });
  const width = Math.max(0, ...broken.map(({ text }) => text.length));
  const exact = broken.filter(({ text }) => text.length === width).length;
  return width >= narrowest && exact >= 3 && exact * 5 >= broken.length * 4 ? width : null;
}

/** A broken line's rest as it was broken, but for a mail's quoting: a blank at its beginning counts. */
function rawTail(record: LogRecord): string {
  return record.text.replace(/^(?:> ?){1,20}/, '').trimEnd();
}
