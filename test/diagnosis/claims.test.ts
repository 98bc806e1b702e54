import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import type { Report } from '../../src/kernel-log/report.js';
import { aHost, aMemoryCgroup } from './a-host.js';
import { aReport, atLimit, aVictim } from './a-report.js';

const file: Report['source'] = { kind: 'file', name: 'kern.log', forgeable: true };
const kmsg: Report['source'] = { kind: 'kmsg', name: '/dev/kmsg', forgeable: false };
const start = Date.parse('2026-11-23T18:00:00Z');
const kills = (count: number, facts: Partial<Report> = {}) =>
  Array.from({ length: count }, (_, index) =>
    atLimit({ id: `k${index}${facts.taskCgroup ?? ''}`, epochMs: start + index, source: file, ...facts }),
  );
const seen = (reports: Report[], host: Parameters<typeof aHost>[0], wholeLog = false) =>
  diagnose({ reports, sources: [file], host: aHost(host), warnings: [], wholeLog });

describe('borne out for no more kills than are counted', () => {
  const shop = (oomKills: number, version: 1 | 2 = 2) => aMemoryCgroup({ version, oomKills, failcnt: 9 });
  const host = (oomKills: number, total = 9) => ({ vmstat: { oom_kill: total }, memoryCgroups: [shop(oomKills)] });

  test.each<[string, Report[], Parameters<typeof aHost>[0], boolean, string]>([
    ['as many', kills(3), host(3), true, '/shop: memory.events: oom_kill 3'],
    ['more than the cgroup counts', kills(4), host(3), false, '/shop: memory.events: oom_kill 3'],
    ['more than the host counts', kills(4), host(9, 3), false, '/proc/vmstat: oom_kill 3'],
    [
      'global ones',
      [1, 2].map((id) => aReport({ id: `g${id}`, constraint: 'none', scope: 'global', source: file })),
      { vmstat: { oom_kill: 1 } },
      false,
      '/proc/vmstat: oom_kill 1',
    ],
    [
      'one without its last line counts too',
      kills(2, { victims: [] }),
      host(1),
      false,
      '/shop: memory.events: oom_kill 1',
    ],
    [
      'one that ended several tasks counts each',
      kills(1, { victims: [aVictim({ pid: 1 }), aVictim({ pid: 2 })] }),
      host(1),
      false,
      '/shop: memory.events: oom_kill 1',
    ],
    [
      'v1 counts by the task’s cgroup',
      kills(2, { taskCgroup: '/shop/cart' }),
      {
        vmstat: { oom_kill: 9 },
        memoryCgroups: [shop(0, 1), aMemoryCgroup({ version: 1, path: '/shop/cart', oomKills: 1 })],
      },
      false,
      '/shop/cart: memory.oom_control: oom_kill 1',
    ],
    [
      'what nobody can have written needs no such count: the cgroup may have been made anew',
      kills(4, { source: kmsg }),
      host(3),
      true,
      '/shop: memory.events: oom_kill 3',
    ],
    [
      'a service that systemd restarted has a new cgroup, which counts none: the host does',
      kills(2, { source: kmsg }),
      host(0, 2),
      true,
      '/proc/vmstat: oom_kill 2',
    ],
    ['but not for what anyone could have written', kills(2), host(0, 2), false, '/shop: memory.events: oom_kill 0'],
    [
      'nor where the host counts fewer',
      kills(2, { source: kmsg }),
      host(0, 1),
      false,
      '/shop: memory.events: oom_kill 0',
    ],
  ])('%s', (_name, reports, facts, expected, text) => {
    const [incident] = seen(reports, facts).incidents;
    expect(incident!.borneOut).toBe(expected);
    expect(incident!.evidence.filter(({ source }) => source === 'host').map((item) => item.text)).toContain(text);
  });
});

describe('kills that no line of the log tells of', () => {
  const told = (reports: Report[], host: Parameters<typeof aHost>[0], whole = true) =>
    seen(reports, host, whole).warnings.filter((text) => text.startsWith('This host counts'));

  test('are told, with the cgroup that counts more than the log tells', () => {
    const memoryCgroups = [aMemoryCgroup({ oomKills: 5 })];
    expect(told(kills(3), { vmstat: { oom_kill: 7 }, memoryCgroups })).toEqual([
      expect.stringMatching(
        /counts 7 kills .* tells of 3: .*ring buffer.* Some of them in \/shop \(5, of which 3 are told\)/,
      ),
    ]);
  });

  test.each<[string, Report[], Parameters<typeof aHost>[0], boolean]>([
    ['as many', kills(3), { vmstat: { oom_kill: 3 } }, true],
    ['an old kernel', kills(3), { vmstat: {} }, true],
    ['a part of the log', kills(1), { vmstat: { oom_kill: 3 } }, false],
    ['another host’s log', kills(1, { hostName: 'db-1' }), { vmstat: { oom_kill: 3 } }, true],
  ])('%s: nothing is', (_name, reports, host, whole) => expect(told(reports, host, whole)).toEqual([]));

  test('those of before the boot do not count as told', () => {
    expect(told(kills(1, { epochMs: Date.parse('2026-11-19T00:00:00Z') }), { vmstat: { oom_kill: 1 } })).toHaveLength(
      1,
    );
  });
});
