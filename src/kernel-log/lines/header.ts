import { parseList } from '../../text/lists.js';
import { toNumber } from '../numbers.js';
import type { Trigger } from '../report.js';
import { type Fact, isComm, type LineKind } from './line.js';

// mm/oom_kill.c dump_header(); the keys and their order differ from release to release
const pattern =
  /^([\s\S]{1,64}?) invoked oom-killer(?:$|: ((?:gfp_mask|order|nodemask)=[\s\S]{1,2000}|\.{3}.{0,200}|$))/;

export const header: LineKind = {
  name: 'header',
  role: 'begin',
  oomOnly: true,
  read(message) {
    // before 2.6.18 or so it did not say who asked
    if (/^oom-killer: gfp_mask=0x/.test(message)) return fact(message.slice(12), null);
    if (!message.includes(' invoked oom-killer')) return null;
    const match = pattern.exec(message);
    if (!match || !isComm(match[1]!)) return null;
    return fact(match[2] ?? '', match[1]!);
  },
};

function fact(rest: string, comm: string | null): Fact {
  return {
    slot: 'header',
    apply({ report }, quote) {
      report.quotes.header = quote;
      report.trigger = { ...requestOf(rest), comm, pid: null };
      if (report.trigger.order === -1) report.sysrq = true;
      report.nodemask = nodemaskOf(rest);
    },
  };
}

export function requestOf(text: string): Omit<Trigger, 'comm' | 'pid'> {
  const mask = /\b(?:gfp_mask|mode)[=:](0x[\da-fA-F*x]{1,16})(?:\(([\w|]{0,1000})(\)?))?/.exec(text);
  const flags = (mask?.[2] ?? '').split('|');
  // the name at which the line was cut is none
  if (mask?.[3] === '') flags.pop();
  return {
    gfpMask: mask?.[1] ?? null,
    gfpFlags: flags.filter((flag) => flag !== ''),
    order: toNumber(/\border[=:](-?\d{1,3})\b/.exec(text)?.[1]),
    oomScoreAdj: toNumber(/\boom_score_adj=(-?\d{1,4})\b/.exec(text)?.[1]),
  };
}

export function nodemaskOf(text: string): number[] | null {
  const list = /\bnodemask=(\d[\d,-]{0,200})/.exec(text)?.[1]?.replace(/[,-]+$/, '');
  return list === undefined ? null : parseList(list);
}
