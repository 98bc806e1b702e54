import { addVictim, noSizes } from '../draft.js';
import type { LineKind } from './line.js';

/** `oom_reaper: reaped process 1 (x), now anon-rss:0kB, …`: where the kill line is lost, it still names the victim. */
export const reaper: LineKind = {
  name: 'reaper',
  role: 'after',
  oomOnly: true,
  read(message) {
    const match =
      /^oom_reaper: reaped process (\d{1,10}) \(([\s\S]{1,64})\),? now anon-rss:/.exec(message) ??
      /^oom_reaper: unable to reap pid:(\d{1,10}) \(([\s\S]{1,64})\)$/.exec(message);
    if (!match) return null;
    const pid = Number(match[1]);
    return {
      slot: null,
      pid,
      apply(draft, quote) {
        if (draft.report.victims.length > 0) return;
        addVictim(draft, { ...noSizes, pid, comm: match[2]!, uid: null });
        draft.report.quotes.victim ??= quote;
        draft.ended = true;
      },
    };
  },
};

/** memory.oom.group: the rest of the cgroup dies with the one that was chosen. */
export const oomGroup: LineKind = {
  name: 'oom-group',
  role: 'after',
  oomOnly: true,
  read(message) {
    const match = /^Tasks in ([\s\S]{1,4096}) are going to be killed due to memory\.oom\.group set$/.exec(message);
    // the file's own name is at the end, and may be cut
    const cut = match
      ? null
      : /^Tasks in (\/[\s\S]{0,4096}) are going to be killed due to me[\w.]{0,20}$/.exec(message);
    const cgroup = match?.[1] ?? cut?.[1];
    if (cgroup === undefined) return null;
    return {
      slot: null,
      apply({ report }, quote) {
        report.oomGroupCgroup ??= cgroup;
        report.quotes['oom-group'] ??= quote;
      },
    };
  },
};

export const panic: LineKind = {
  name: 'panic',
  role: 'after',
  oomOnly: true,
  read(message) {
    const panicked =
      /^Kernel panic - not syncing: (?:System is deadlocked on memory|Out of memory(?: and no killable processes|: (?:system-wide|compulsory) panic_on_oom))/i;
    if (!panicked.test(message)) return null;
    // The host's panic for want of a task to kill (out_of_memory of mm/oom_kill.c): a console may show it alone.
    const noKillable = /deadlocked|no killable/i.test(message);
    return {
      slot: null,
      apply(draft, quote) {
        draft.report.panic = true;
        draft.report.quotes.panic = quote;
        if (noKillable) {
          draft.report.noKillableProcess = true;
          draft.report.quotes['no-killable'] ??= quote;
        }
        draft.ended = true;
      },
    };
  },
};

export const noKillable: LineKind = {
  name: 'no-killable',
  role: 'kill',
  oomOnly: true,
  read(message) {
    if (!/^(?:Out of memory|Memory cgroup out of memory) and no killable processes\b/i.test(message)) return null;
    return {
      slot: 'no-killable',
      apply(draft, quote) {
        draft.report.noKillableProcess = true;
        draft.report.quotes['no-killable'] = quote;
        draft.ended = true;
      },
    };
  },
};
