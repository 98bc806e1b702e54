import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { drift } from '../../src/execution/guards/drift.js';
import { expired } from '../../src/execution/guards/expired.js';
import type { RunGuardContext } from '../../src/execution/guards/guard.js';
import { host } from '../../src/execution/guards/host.js';
import { used } from '../../src/execution/guards/used.js';
import { window } from '../../src/execution/guards/window.js';
import type { Playbook } from '../../src/playbook/playbook.js';

const playbook: Playbook = {
  undoom: 1,
  name: 'raise-cgroup-limit',
  title: 'Raise it',
  host: null,
  because: null,
  expires: null,
  reusable: false,
  windows: [],
  for: [],
  parameters: {},
  hosts: null,
  steps: [],
  origin: { kind: 'file', name: 'raise.yaml' },
};
const context: RunGuardContext = {
  identity: { name: 'web-1', machineId: 'aaaa', kernel: null, bootTimeMs: null },
  now: Date.parse('2026-11-24T12:00:00Z'),
  runs: [],
  digest: 'd1',
};

describe('host', () => {
  test.each([
    [{ name: 'web-1', machineId: 'aaaa' }, true],
    [{ name: 'renamed', machineId: 'aaaa' }, true],
    [{ name: 'web-1', machineId: 'bbbb' }, false],
    [{ name: 'web-1', machineId: null }, true],
    [{ name: 'web-2', machineId: null }, false],
  ])('%j: %s', (made, ok) => expect(host.check({ ...playbook, host: made }, context)?.ok).toBe(ok));
  test('patterns', () => {
    expect(host.check({ ...playbook, hosts: ['db-*', 'web-*'] }, context)).toBeNull();
    expect(host.check({ ...playbook, hosts: ['db-*'] }, context)).toMatchObject({
      ok: false,
      text: expect.stringContaining('db-*'),
    });
  });
});

describe('expired', () => {
  const today = DateTime.fromMillis(context.now).toISODate()!;
  const yesterday = DateTime.fromMillis(context.now).minus({ days: 1 }).toISODate()!;
  test('to the end of its last day', () =>
    expect(expired.check({ ...playbook, expires: today }, context)?.ok).toBe(true));
  test('not a day more', () => expect(expired.check({ ...playbook, expires: yesterday }, context)?.ok).toBe(false));
});

describe('used', () => {
  const run = {
    header: { run: 'r1', time: '2026-11-23T10:00:00.000+00:00', playbook: { digest: 'd1' } },
    changes: [{ state: 'undone' }],
  } as never;
  test('never before', () => expect(used.check(playbook, context)?.ok).toBe(true));
  test('also where it was rolled back since', () => {
    expect(used.check(playbook, { ...context, runs: [run] })).toMatchObject({
      ok: false,
      text: expect.stringContaining('23 Nov'),
    });
  });
  test('reusable ones and built-ins may', () => {
    expect(used.check({ ...playbook, reusable: true }, { ...context, runs: [run] })).toBeNull();
    expect(
      used.check({ ...playbook, origin: { kind: 'built-in', name: 'x' } }, { ...context, runs: [run] }),
    ).toBeNull();
  });
});

describe('window', () => {
  const at = (time: string, windows: Playbook['windows']) =>
    window.check({ ...playbook, windows }, { ...context, now: Date.parse(time) });
  const weekend: Playbook['windows'] = [
    { days: ['sat', 'sun'], from: '01:00', to: '05:00', timezone: 'Asia/Shanghai' },
  ];
  test('open in its own time zone', () => expect(at('2026-11-27T18:30:00Z', weekend)?.ok).toBe(true));
  test('closed, and says when the next opens', () => {
    expect(at('2026-11-24T12:00:00Z', weekend)).toMatchObject({
      ok: false,
      text: expect.stringContaining('Sat 28 Nov 2026, 01:00'),
    });
  });
  test('across midnight', () => {
    const nightly: Playbook['windows'] = [{ days: ['mon'], from: '23:00', to: '02:00', timezone: 'Europe/Berlin' }];
    expect(at('2026-11-24T00:30:00Z', nightly)?.ok).toBe(true);
    expect(at('2026-11-24T01:30:00Z', nightly)?.ok).toBe(false);
  });
  test('on the day the clocks change', () => {
    const early: Playbook['windows'] = [{ days: ['sun'], from: '01:00', to: '04:00', timezone: 'Europe/Berlin' }];
    // 25 October 2026: 03:00 CEST becomes 02:00 CET, so that this window lasts four hours
    expect(at('2026-10-25T02:30:00Z', early)?.ok).toBe(true);
    expect(at('2026-10-25T03:30:00Z', early)?.ok).toBe(false);
  });
});

describe('drift', () => {
  test('none', () => expect(drift({ limit: 62914560 }, { limit: 62914560 }).ok).toBe(true));
  test('says what was and what is', () => {
    expect(drift({ limit: 62914560 }, { limit: 1073741824 })).toMatchObject({
      ok: false,
      text: 'limit was 60 MiB, is now 1 GiB',
    });
  });
  test('a value that would change with it must be stated', () => {
    expect(drift({ limit: 62914560 }, { limit: 62914560, high: 52428800 })).toMatchObject({
      ok: false,
      text: expect.stringContaining('high'),
    });
  });
});
