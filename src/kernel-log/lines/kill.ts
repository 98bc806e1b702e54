import { addVictim, type Draft } from '../draft.js';
import { kilobytes, toNumber } from '../numbers.js';
import type { Quote, Victim } from '../report.js';
import type { Fact, LineKind } from './line.js';

const told = `(?:(Out of [Mm]emory|Memory cgroup out of memory)([^:]{0,60}): )`;
// up to 4.20 the kernel says first whom it chose, then whom it killed: a child may die in its parent's place
const announcement = new RegExp(
  `^${told}[Kk]ill process (\\d{1,10}) \\(([\\s\\S]{1,64})\\)(?: score (\\d{1,20})(?: (?:or sacrifice child|or a child))?|:.{0,200}|$)`,
);
const sizes = String.raw`,? ?(?:UID \d{1,10},? )?(?:total-vm:|vsz:|$)[\s\S]{0,1000}`;
const killing = new RegExp(`^${told}?Killed process (\\d{1,10}) ?\\(([\\s\\S]{1,64})\\)(${sizes}|\\.|,)$`);
// el6: "Killed process 215701, UID 679, (java) total-vm:…"
const killingOldest = new RegExp(
  `^${told}?Killed process (\\d{1,10}), UID (\\d{1,10}), \\(([\\s\\S]{1,64})\\)(${sizes})$`,
);

function scopeOf(draft: Draft, words: string | undefined, more: string | undefined, quote: Quote): void {
  const { report } = draft;
  if (words?.startsWith('Memory cgroup')) {
    report.scope = 'cgroup';
    report.constraint ??= report.constraintText === null ? 'memcg' : null;
  } else if (words !== undefined) report.scope ??= 'global';
  if (more?.includes('oom_kill_allocating_task')) {
    report.oomKillAllocatingTask = true;
    report.quotes['allocating-task'] = quote;
  }
}

export const announce: LineKind = {
  name: 'announce',
  role: 'kill',
  oomOnly: true,
  read(message) {
    const match = /[Kk]ill process \d/.test(message) ? announcement.exec(message) : null;
    if (!match) return null;
    return {
      slot: 'announced',
      apply(draft, quote) {
        draft.announced = true;
        draft.report.chosen ??= { pid: Number(match[3]), comm: match[4]!, score: toNumber(match[5]) };
        // where the kill line itself is lost, whom the kernel chose
        draft.expected ??= { pid: Number(match[3]), comm: match[4]!, uid: null };
        draft.report.quotes.victim ??= quote;
        scopeOf(draft, match[1], match[2], quote);
      },
    };
  },
};

export const killed: LineKind = {
  name: 'killed',
  role: 'kill',
  oomOnly: true,
  read(message) {
    if (!message.includes('Killed process ')) return null;
    const match = killing.exec(message);
    if (match) return fact(match[1], match[2], match[3]!, match[4]!, null, match[5] ?? '');
    const oldest = killingOldest.exec(message);
    return oldest ? fact(oldest[1], oldest[2], oldest[3]!, oldest[5]!, oldest[4]!, oldest[6]!) : null;
  },
};

function fact(
  words: string | undefined,
  more: string | undefined,
  pid: string,
  comm: string,
  uid: string | null,
  rest: string,
): Fact {
  const size = (key: string) => kilobytes(new RegExp(`(?:^|[ ,)])${key}:(\\d{1,400})kB`).exec(rest)?.[1]);
  const victim: Victim = {
    pid: Number(pid),
    comm,
    uid: toNumber(uid ?? /\bUID[: ](\d{1,10})(?=[ ,])/.exec(rest)?.[1]),
    totalVmBytes: size('(?:total-vm|vsz)'),
    anonRssBytes: size('anon-rss'),
    fileRssBytes: size('file-rss'),
    shmemRssBytes: size('shmem-rss'),
    oomScoreAdj: toNumber(/\boom_score_adj:(-?\d{1,4})\b/.exec(rest)?.[1]),
  };
  return {
    slot: null,
    pid: victim.pid,
    apply(draft, quote) {
      addVictim(draft, victim);
      draft.ended = true;
      draft.announced = false;
      if (draft.report.victims.length === 1) draft.report.quotes.victim = quote;
      scopeOf(draft, words, more, quote);
    },
  };
}
