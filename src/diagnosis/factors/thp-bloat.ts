import type { Host } from '../../host/host.js';
import type { Report } from '../../kernel-log/report.js';
import type { Evidence } from '../../schemas/diagnosis.js';
import { statsOf } from '../balance/cgroup-parts.js';
import { counted, quoted, quotedFact } from '../evidence.js';
import { type FactorRule, limitBytes, measured, percent } from '../factor.js';
import { ramBytes } from '../ram.js';

/** Below half, the pages of usual size decide how much is held. */
const share = 0.5;
/** On a host, less than a tenth of memory is no matter. */
const least = 0.1;

/**
 * Most anonymous memory lies in huge pages, and they are given unasked (`always`): then a process may hold far more
 * than it touches. The share alone shows no bloat, so that both must be seen.
 */
export const thpBloat: FactorRule = {
  factor: 'thp-bloat',
  holds(report, { cause, host }) {
    if (cause === 'manual' || report.kind !== 'oom-kill' || host?.transparentHugePages?.enabled !== 'always')
      return null;
    const always = counted(
      'transparent_hugepage/enabled: always',
      'huge pages are given to all memory, asked for or not',
    );
    const isCgroup = report.scope === 'cgroup';
    const found = isCgroup ? ofCgroup(report) : (ofNodes(report) ?? ofHost(host));
    const whole = isCgroup ? limitBytes(report) : (ramBytes(report) ?? host.meminfo?.MemTotal ?? null);
    if (found === null || found.huge < share * found.all) return null;
    if (!isCgroup && (whole === null || found.huge < least * whole)) return null;
    const text = `${percent(Math.min(1, found.huge / found.all))} of ${found.whose} ${found.when} in huge pages`;
    const of = isCgroup ? 'limit' : 'ram';
    return measured([...found.evidence(text), always], found.huge, { of, wholeBytes: whole }, text);
  },
};

interface HugeMemory {
  huge: number;
  all: number;
  whose: string;
  when: string;
  evidence(text: string): Evidence[];
}

function ofCgroup(report: Report): HugeMemory | null {
  const stats = statsOf(report);
  const huge = stats('anon_thp') ?? stats('rss_huge');
  const all = stats('anon') ?? stats('rss');
  if (huge === null || !all) return null;
  const evidence = (text: string) => quotedFact(report, 'stats', text);
  return { huge, all, whose: 'its anonymous memory', when: 'was', evidence };
}

/** The nodes' own counters tell of the time of the kill (4.8 on). */
function ofNodes({ nodes }: Report): HugeMemory | null {
  if (nodes.length === 0 || nodes.some(({ values }) => values.anon_thp === undefined)) return null;
  const sum = (...keys: string[]) =>
    nodes.reduce((total, { values }) => total + keys.reduce((own, key) => own + (values[key] ?? 0), 0), 0);
  const all = sum('active_anon', 'inactive_anon') - sum('shmem');
  if (all <= 0) return null;
  const evidence = (text: string) => nodes.map(({ quote }) => quoted(quote, text));
  return { huge: sum('anon_thp'), all, whose: 'anonymous memory', when: 'was', evidence };
}

function ofHost({ meminfo }: Host): HugeMemory | null {
  const huge = meminfo?.AnonHugePages;
  const all = meminfo?.AnonPages;
  if (huge === undefined || !all) return null;
  const evidence = (text: string) => [counted(`AnonHugePages: ${huge / 1024} kB`, text)];
  return { huge, all, whose: 'anonymous memory', when: 'is now', evidence };
}
