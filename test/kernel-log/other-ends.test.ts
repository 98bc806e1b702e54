import { describe, expect, test } from 'vitest';
import { otherEndsOf } from '../../src/diagnosis/other-ends.js';
import { createReportFinder } from '../../src/kernel-log/find-reports.js';
import { reportsFromText } from '../../src/kernel-log/index.js';
import type { Source } from '../../src/kernel-log/report.js';
import { createLineReader } from '../../src/kernel-log/text.js';

const source: Source = { kind: 'file', name: 'log', forgeable: true };
const referenceMs = Date.parse('2026-11-26T00:00:00Z');

function endsIn(...lines: string[]) {
  const finder = createReportFinder(source);
  const { read } = createLineReader(referenceMs);
  for (const [index, line] of lines.entries()) for (const record of read(line, index + 1)) finder.push(record);
  const found = finder.end();
  return { found, ...finder.otherEnds() };
}

const at = (clock: string, program: string, message: string) => `Nov 25 ${clock} web-1 ${program}: ${message}`;

describe('an end that another program tells of', () => {
  test.each([
    [
      'systemd[1]',
      'a.service: A process of this unit has been killed by the OOM killer.',
      'service-oom-result',
      'a.service',
    ],
    [
      'systemd[1]',
      'x.scope: The kernel OOM killer killed some processes in this unit.',
      'service-oom-result',
      'x.scope',
    ],
    ['systemd[1]', "a.service: Failed with result 'oom-kill'.", 'service-oom-result', 'a.service'],
    [
      'systemd[9]',
      'firefox.scope: systemd-oomd killed 87 process(es) in this unit.',
      'service-oom-result',
      'firefox.scope',
    ],
    ['systemd[1]', 'a.service: Main process exited, code=killed, status=9/KILL', 'sigkill', 'a.service'],
    ['dockerd[2]', 'container die 1234567890abcdef (exitCode=137, image=nginx, name=web)', 'sigkill', 'web'],
    [
      'containerd[2]',
      'time="x" msg="TaskOOM event container_id:\\"0123456789abcdef\\""',
      'container-oom-result',
      '0123456789ab',
    ],
    ['kubelet[3]', 'pod="shop/cart-1" containerName="cart" reason="OOMKilled"', 'container-oom-result', 'shop/cart-1'],
    ['kubelet[3]', 'System OOM encountered, victim process: stress, pid: 31', 'container-oom-result', 'stress'],
    [
      'java[8]',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
      'runtime-out-of-memory',
      'java',
    ],
    [
      'java[8]',
      '# There is insufficient memory for the Java Runtime Environment to continue.',
      'runtime-out-of-memory',
      'java',
    ],
    [
      'web[8]',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'runtime-out-of-memory',
      'web',
    ],
    ['api[8]', 'fatal error: runtime: out of memory', 'runtime-out-of-memory', 'api'],
  ])('%s: %s', (program, message, kind, who) => {
    const { ends, found } = endsIn(at('10:00:00', program, message));
    expect(ends).toMatchObject([{ kind, who, line: 1, text: message }]);
    expect(found).toEqual([]);
  });

  test.each([
    ['sshd[1]', 'Failed password for root'],
    ['app[1]', 'oom-kill policy loaded; see OOMKilled in the manual'],
    ['systemd[1]', 'a.service: Main process exited, code=exited, status=1/FAILURE'],
    ['app[1]', 'retry 137 of 200'],
  ])('none is %s: %s', (program, message) => {
    expect(endsIn(at('10:00:00', program, message)).ends).toEqual([]);
  });

  test('several lines of one end are one, and the line that says most stays', () => {
    const { ends } = endsIn(
      at('10:00:00', 'systemd[1]', 'a.service: Main process exited, code=killed, status=9/KILL'),
      at('10:00:00', 'systemd[1]', 'a.service: A process of this unit has been killed by the OOM killer.'),
      at('10:00:01', 'systemd[1]', "a.service: Failed with result 'oom-kill'."),
    );
    expect(ends).toMatchObject([{ kind: 'service-oom-result', names: 'kernel' }]);
  });

  test('the newest are kept, and what was left out is counted', () => {
    const lines = Array.from({ length: 70 }, (_, index) =>
      at('10:00:00', 'systemd[1]', `a${index}.service: Main process exited, code=killed, status=9/KILL`),
    );
    const { ends, leftOut } = endsIn(...lines);
    expect([ends.length, ends.at(-1)!.who, leftOut]).toEqual([50, 'a69.service', 20]);
  });
});

test('it is told as an echo only where the kernel tells of a kill of that time', () => {
  const kill = at('10:00:00', 'kernel', 'Memory cgroup out of memory: Killed process 7 (a) total-vm:8kB, anon-rss:4kB');
  const { ends } = endsIn(at('10:00:01', 'systemd[1]', "a.service: Failed with result 'oom-kill'."));
  const reports = reportsFromText(kill, source, referenceMs).map(({ report }) => report);
  expect(otherEndsOf(ends, reports)[0]!.means).toContain('told among the incidents');
  expect(otherEndsOf(ends, [])[0]!.means).toContain("the kernel's own report is in journalctl -k");
});
