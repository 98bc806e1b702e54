import type { OtherEnd } from '../kernel-log/other-ends.js';
import type { Report } from '../kernel-log/report.js';
import type { Diagnosis } from '../schemas/diagnosis.js';

/** a service's or a container's result is told soon after the kill that it speaks of */
const echoMs = 120_000;

/** What other programs logged of ends, each with what it means. None of them is an incident. */
export function otherEndsOf(ends: OtherEnd[], reports: Report[]): Diagnosis['otherEnds'] {
  return ends.map((end) => ({
    kind: end.kind,
    time: end.time,
    source: end.source.name,
    line: end.line,
    text: end.text,
    who: end.who,
    means: meaningOf(end, isEcho(end, reports)),
  }));
}

function isEcho({ epochMs, kind, names }: OtherEnd, reports: Report[]): boolean {
  if (epochMs === null || kind === 'runtime-out-of-memory') return false;
  return reports.some(
    (report) =>
      (report.kind === 'oom-kill' || (names === null && report.kind === 'userspace-kill')) &&
      report.epochMs !== null &&
      Math.abs(epochMs - report.epochMs) <= echoMs,
  );
}

function meaningOf({ kind, names, who }: OtherEnd, echo: boolean): string {
  const journal = "the kernel's own report is in journalctl -k or dmesg";
  if (kind === 'runtime-out-of-memory') {
    return "Its own allocator or heap limit gave up: this is not the kernel's OOM killer. Look at the heap's size against what the program holds, and at its own dump";
  }
  if (names === 'systemd-oomd')
    return 'systemd-oomd killed it, by memory pressure or swap: not the kernel. Look at journalctl -u systemd-oomd';
  if (echo) return 'A kill of that time is told among the incidents: most likely this is what it ended';
  if (kind === 'sigkill') {
    const asked = who === null ? 'who stopped it' : `who stopped ${who}`;
    return `Something sent SIGKILL. A kill for lack of memory is one reason, a stop that took too long or a person another: the line does not tell. Look at ${asked}, and whether a report of the kernel is there`;
  }
  const says = kind === 'container-oom-result' ? 'The container runtime' : 'systemd';
  return `${says} says that the OOM killer struck it, and this log holds no report of it: ${journal}`;
}
