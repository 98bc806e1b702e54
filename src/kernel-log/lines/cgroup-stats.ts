import type { Draft } from '../draft.js';
import { kilobytes, toNumber } from '../numbers.js';
import type { LineKind } from './line.js';

/**
 * `Memory cgroup stats for /a:` with the values behind it in kB (up to 5.1), or as a block of lines in bytes. The first
 * names the cgroup whose limit was hit. Those in kB are each cgroup's own, and a line for every cgroup below it follows
 * (mem_cgroup_print_oom_info walks the tree), so that they are added up; a block counts the whole tree.
 */
export const cgroupStats: LineKind = {
  name: 'stats',
  role: 'body',
  oomOnly: true,
  read(message, block) {
    const match = /^Memory cgroup stats for ([\s\S]{1,4096}?):(?:\s+(\w+:\d+[kK]B[\s\S]*))?$/.exec(message);
    if (match) {
      return {
        slot: null,
        apply(draft, quote) {
          const { report } = draft;
          draft.block = 'stats';
          if (report.quotes.stats) {
            if (match[2] === undefined) return;
            draft.block = 'stats-below';
            addTo(draft, match[2]);
            return;
          }
          report.quotes.stats = quote;
          report.cgroupStats = {};
          report.scope ??= 'cgroup';
          // where the limit's own line was read before, this cannot be a child's
          if (match[1]!.startsWith('/') && (report.memory !== null || match[2] === undefined)) {
            report.limitCgroup ??= match[1]!;
          }
          take(draft, match[2] ?? '');
        },
      };
    }
    const isBlock = /^[a-z][a-z0-9_]{0,40} \d+(?:\s|$)/.test(message);
    const isLine = /^[a-z_]{3,40}:\d+[kK]B\s/.test(message);
    // alone such a line may be anything: only behind its heading
    if (block === 'stats-below' && isLine) {
      return {
        slot: null,
        apply(draft) {
          draft.block = 'stats-below';
          addTo(draft, message);
        },
      };
    }
    if (block !== 'stats' || (!isBlock && !isLine)) return null;
    return {
      slot: null,
      apply(draft) {
        draft.block = 'stats';
        take(draft, message);
      },
    };
  },
};

function addTo({ report }: Draft, text: string): void {
  const stats = report.cgroupStats;
  if (!stats) return;
  for (const [, key, number] of text.matchAll(/([a-z][a-z0-9_]{0,40}):(\d+)[kK]B(?=\s|$)/g)) {
    const value = kilobytes(number);
    const sum = value === null ? null : (stats[key!] ?? 0) + value;
    if (sum !== null && Number.isSafeInteger(sum)) stats[key!] = sum;
  }
}

function take({ report }: Draft, text: string): void {
  const stats = report.cgroupStats;
  if (!stats) return;
  for (const [, key, number, unit] of text.matchAll(/([a-z][a-z0-9_]{0,40})(?::| )(\d+)([kK]B)?(?=\s|$)/g)) {
    const value = unit === undefined ? toNumber(number) : kilobytes(number);
    if (value !== null && !(key! in stats)) stats[key!] = value;
  }
}
