import { addVictim, type Draft, noSizes } from './draft.js';
import type { KernelLine } from './join.js';
import type { Fact } from './lines/line.js';
import { toNumber } from './numbers.js';

export interface UserspaceKill extends Fact {
  belongsTo(draft: Draft): boolean;
}

/** Those that kill before the kernel's OOM killer does: their own lines say whom. */
export function userspaceKill({ message, records }: KernelLine): UserspaceKill | null {
  switch (records[0]!.identifier) {
    case 'systemd-oomd':
      return systemdOomd(message);
    case 'earlyoom':
      return earlyoom(message);
    case 'nohang':
      return nohang(message);
    case 'lowmemorykiller':
    case 'lmkd':
      return androidKill(message);
    case null:
    case 'kernel':
      if (message.startsWith('lowmemorykiller: ')) return androidKill(message.slice(17));
      return message.startsWith('oomd kill: ') ? metaOomd(message) : null;
    case 'oomd':
    case 'user':
      return metaOomd(message);
    default:
      return null;
  }
}

function systemdOomd(message: string): UserspaceKill | null {
  // src/oom/oomd-manager.c and oomd-util.c; the wording changed from "memory pressure for" on
  const match =
    /^Killed (\/[\s\S]{1,4096}?) due to (memory (?:used|pressure)[\s\S]{0,4096}|swap used[\s\S]{0,4096})$/.exec(
      message,
    );
  return match ? ofCgroup('systemd-oomd', match[1]!) : null;
}

/** Meta's oomd (src/oomd/plugins/BaseKillPlugin.cpp): pressure of 10, 60 and 300 seconds, the cgroup, what it held. */
function metaOomd(message: string): UserspaceKill | null {
  const match = /^oomd kill: (?:[\d.]{1,12} ){3}(\S{1,4096}) \d{1,20} /.exec(message);
  return match ? ofCgroup('oomd', match[1]!.startsWith('/') ? match[1]! : `/${match[1]}`) : null;
}

function ofCgroup(killer: string, cgroup: string): UserspaceKill {
  return {
    slot: 'killer',
    belongsTo: () => false,
    apply({ report }, quote) {
      Object.assign(report, { kind: 'userspace-kill', killer, taskCgroup: cgroup });
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
  const rss = toNumber(/VmRSS (\d{1,12}) MiB/.exec(match[5]!)?.[1]);
  // SIGTERM first, SIGKILL where that did not do
  return ofProcess('earlyoom', {
    pid: Number(match[1]),
    comm: match[3] ?? match[4] ?? null,
    uid: toNumber(match[2]),
    rssBytes: rss === null ? null : rss * 2 ** 20,
  });
}

/** nohang says first which process is the worst, and then, where that is bad enough, that it sends a signal to it. */
function nohang(message: string): UserspaceKill | null {
  const worst = /^\s{0,8}PID: (\d{1,10}), Name: ([\s\S]{1,64}), badness: \d{1,10}/.exec(message);
  if (worst) {
    const kill = ofProcess('nohang', { pid: Number(worst[1]), comm: worst[2]!, uid: null, rssBytes: null });
    return {
      ...kill,
      apply(draft, quote) {
        kill.apply(draft, quote);
        draft.discard ||= !draft.slots.has('sent');
      },
    };
  }
  if (!/^(?:\[ OK \] )?Sending SIG(?:TERM|KILL) to /.test(message)) return null;
  return {
    slot: 'sent',
    belongsTo: ({ report }) => report.killer === 'nohang',
    apply(draft, quote) {
      Object.assign(draft.report, { kind: 'userspace-kill', killer: 'nohang', scope: 'global' });
      draft.report.quotes.killer = quote;
      draft.discard = false;
    },
  };
}

/** lmkd's "Kill 'com.example' (1234), uid 10012, …" and the older driver's "Killing 'com.example' (1234), adj 900, …". */
function androidKill(message: string): UserspaceKill | null {
  const match = /^Kill(ing)? '([\s\S]{1,256}?)' \((\d{1,10})\)(?: \(tgid \d{1,10}\))?(?:, uid (\d{1,10}))?/.exec(
    message,
  );
  if (!match) return null;
  return ofProcess(match[1] === undefined ? 'lmkd' : 'lowmemorykiller', {
    pid: Number(match[3]),
    comm: match[2]!,
    uid: toNumber(match[4]),
    rssBytes: null,
  });
}

function ofProcess(
  killer: string,
  { pid, comm, uid, rssBytes }: { pid: number; comm: string | null; uid: number | null; rssBytes: number | null },
): UserspaceKill {
  return {
    slot: 'killer',
    pid,
    belongsTo: ({ report, victims }) => report.killer === killer && victims.has(pid),
    apply(draft, quote) {
      Object.assign(draft.report, { kind: 'userspace-kill', killer, scope: 'global' });
      draft.report.quotes.killer ??= quote;
      addVictim(draft, { ...noSizes, pid, comm, uid, anonRssBytes: rssBytes });
    },
  };
}
