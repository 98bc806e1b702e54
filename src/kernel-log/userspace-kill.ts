import { addVictim, type Draft, noSizes } from './draft.js';
import type { KernelLine } from './join.js';
import type { Fact } from './lines/line.js';
import { toNumber } from './numbers.js';

export interface UserspaceKill extends Fact {
  belongsTo(draft: Draft): boolean;
}

/** systemd-oomd and earlyoom kill before the kernel does; their own lines say whom. */
export function userspaceKill({ message, records }: KernelLine): UserspaceKill | null {
  const program = records[0]!.identifier;
  if (program === 'systemd-oomd') return oomd(message);
  if (program === 'earlyoom') return earlyoom(message);
  return null;
}

function oomd(message: string): UserspaceKill | null {
  // src/oom/oomd-manager.c and oomd-util.c; the wording changed from "memory pressure for" on
  const match =
    /^Killed (\/[\s\S]{1,4096}?) due to (memory (?:used|pressure)[\s\S]{0,4096}|swap used[\s\S]{0,4096})$/.exec(
      message,
    );
  if (!match) return null;
  return {
    slot: 'killer',
    belongsTo: () => false,
    apply({ report }, quote) {
      Object.assign(report, { kind: 'userspace-kill', killer: 'systemd-oomd', taskCgroup: match[1]! });
      report.quotes.killer = quote;
    },
  };
}

function earlyoom(message: string): UserspaceKill | null {
  const match =
    /^(?:sending SIG(?:TERM|KILL) to|Killing) process (\d{1,10})(?: uid (\d{1,10}))? ?(?:"([\s\S]{1,64}?)"|([^\s:]{1,64}))(?::|$)([\s\S]{0,400})/i.exec(
      message,
    );
  if (!match) return null;
  const pid = Number(match[1]);
  const rss = toNumber(/VmRSS (\d{1,12}) MiB/.exec(match[5]!)?.[1]);
  return {
    slot: 'killer',
    pid,
    // SIGTERM first, SIGKILL where that did not do
    belongsTo: ({ report, victims }) => report.killer === 'earlyoom' && victims.has(pid),
    apply(draft, quote) {
      Object.assign(draft.report, { kind: 'userspace-kill', killer: 'earlyoom', scope: 'global' });
      draft.report.quotes.killer ??= quote;
      const anonRssBytes = rss === null ? null : rss * 2 ** 20;
      addVictim(draft, { ...noSizes, pid, comm: match[3] ?? match[4] ?? null, uid: toNumber(match[2]), anonRssBytes });
    },
  };
}
