import type { KernelLine } from './join.js';
import type { Source } from './report.js';

export const otherEndKinds = [
  'sigkill',
  'runtime-out-of-memory',
  'service-oom-result',
  'container-oom-result',
] as const;

/** An end that looks like the OOM killer's and is not its own word: what another program logged of it. */
export interface OtherEnd {
  kind: (typeof otherEndKinds)[number];
  time: string | null;
  epochMs: number | null;
  source: Source;
  line: number | null;
  text: string;
  /** the unit, container or program; null where the line does not tell */
  who: string | null;
  /** whether the line itself names the kernel's killer, or systemd-oomd */
  names: 'kernel' | 'systemd-oomd' | null;
}

export interface OtherEnds {
  ends: OtherEnd[];
  /** how many more there were: the newest are kept */
  leftOut: number;
}

interface Told {
  kind: OtherEnd['kind'];
  who: string | null;
  names?: OtherEnd['names'];
}

const most = 50;
const longestText = 400;
/** one end is told by several lines: its process, its unit, its restart */
const sameMs = 60_000;

/** Words of which every such line holds one. */
const hints =
  /OOM|result 'oom-kill'|systemd-oomd killed|OutOfMemory|out of memory|insufficient memory|9\/KILL|[Cc]ode"?[:= ]{1,3}"?137|Exited \(137\)/;

/** Whether a line may tell of such an end: a look that costs next to nothing. */
export function mayBeOtherEnd(message: string): boolean {
  return hints.test(message);
}

export function createOtherEnds(source: Source): { look(line: KernelLine): void; end(): OtherEnds } {
  const ends: OtherEnd[] = [];
  let leftOut = 0;
  return {
    look({ message, records }) {
      if (!mayBeOtherEnd(message)) return;
      const first = records[0]!;
      const told = read(message.slice(0, 8192), first.identifier);
      if (!told) return;
      const end: OtherEnd = {
        ...told,
        names: told.names ?? null,
        time: first.time,
        epochMs: first.epochMs,
        source,
        line: first.line,
        text: message.slice(0, longestText),
      };
      const earlier = ends.findLastIndex((other) => isSame(other, end));
      if (earlier >= 0) {
        // the line that says more stays
        if (ends[earlier]!.names === null && end.names !== null) ends[earlier] = end;
        return;
      }
      ends.push(end);
      if (ends.length > most) {
        ends.shift();
        leftOut++;
      }
    },
    end: () => ({ ends, leftOut }),
  };
}

function isSame(a: OtherEnd, b: OtherEnd): boolean {
  // the line itself, looked at twice
  if (a.line !== null && a.line === b.line) return true;
  if (a.who !== b.who || family(a) !== family(b)) return false;
  return a.epochMs === null || b.epochMs === null
    ? a.text === b.text || a.who !== null
    : b.epochMs - a.epochMs <= sameMs;
}

/** A unit's SIGKILL and its result are one end. */
const family = ({ kind }: OtherEnd) => (kind === 'sigkill' ? 'service-oom-result' : kind);

function read(message: string, program: string | null): Told | null {
  return ofUnit(message) ?? ofContainer(message, program) ?? ofRuntime(message, program);
}

/** systemd's own words (src/core/unit.c and service.c). */
function ofUnit(message: string): Told | null {
  const unit = /^([\w@:.\\-]{1,255}\.(?:service|scope|slice|socket|mount|swap)): ([\s\S]{1,300})$/.exec(message);
  if (!unit) return null;
  const [, who = null, what = ''] = unit;
  if (/^A process of this unit has been killed by the OOM killer|^The kernel OOM killer killed /.test(what)) {
    return { kind: 'service-oom-result', who, names: 'kernel' };
  }
  if (/^systemd-oomd killed /.test(what)) return { kind: 'service-oom-result', who, names: 'systemd-oomd' };
  if (/^Failed with result 'oom-kill'/.test(what)) return { kind: 'service-oom-result', who };
  return /^(?:Main|Control) process exited, code=killed, status=9\/KILL/.test(what) ? { kind: 'sigkill', who } : null;
}

const containerId = /(?:container_id:\\?"|ContainerID:|container (?:die|oom) )([0-9a-f]{12,64})/;
const named = [
  /\bpod=\\?"([\w./-]{1,300})/,
  /\bcontainerName=\\?"([\w.-]{1,100})/,
  /[(, ]name=([\w.-]{1,200})/,
  /victim process: ([^,]{1,64}),/,
];

/** containerd's and Docker's events, the kubelet's, and what kubectl prints. */
function ofContainer(message: string, program: string | null): Told | null {
  const who = () =>
    named.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined) ??
    containerId.exec(message)?.[1]?.slice(0, 12) ??
    null;
  if (
    /\bTaskOOM event\b|\bcontainer oom [0-9a-f]{12}|\bOOMKilled\b|\bSystem OOM encountered, victim process: /.test(
      message,
    )
  ) {
    // a program's own prose may hold the word: only what is said of a container counts
    const isSaid =
      !/OOMKilled/.test(message) ||
      /(?:[Rr]eason|[Ss]tate|[Ss]tatus|terminated|Terminated|OOMKilled"?\s*[:=])/.test(message);
    return isSaid ? { kind: 'container-oom-result', who: who(), names: 'kernel' } : null;
  }
  const exit = /\b(?:exit ?[cC]ode|Exit Code|exited with code)"?[:= ]{1,12}"?137\b|\bExited \(137\)/.test(message);
  return exit ? { kind: 'sigkill', who: who() ?? (program === 'user' ? null : program) } : null;
}

/** A program's own allocator gave up: it was not killed by the kernel. */
function ofRuntime(message: string, program: string | null): Told | null {
  const isRuntime =
    /\bjava\.lang\.OutOfMemoryError\b|^Terminating due to java\.lang\.OutOfMemoryError|There is insufficient memory for the Java Runtime Environment|FATAL ERROR: .{0,200}JavaScript heap out of memory|^(?:fatal error: )?runtime: out of memory/.test(
      message,
    );
  return isRuntime ? { kind: 'runtime-out-of-memory', who: program === 'user' ? null : program } : null;
}
