import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupMemoryLimit } from '../../src/actions/cgroup-memory-limit.js';
import { hostReserveBytes } from '../../src/actions/host-reserve.js';
import { propose } from '../../src/remedies/index.js';
import {
  GiB,
  hostOf,
  MiB,
  planOn,
  refusals,
  v1Files,
  v1MemoryCgroup,
  v2Files,
  v2MemoryCgroup,
} from '../actions/hosts.js';
import { facts, meminfo, on, onFiles } from './facts.js';

const shop = (limit: string | number = 60 * MiB, usage = 0, high = 'max') =>
  v2MemoryCgroup('/shop', { limit: String(limit), usage, anon: usage, high });

function first(...[incident, context]: Parameters<typeof propose>) {
  const { remedies, notes } = propose(incident, context);
  return { raise: remedies.find(({ playbook }) => playbook.startsWith('raise-')) ?? null, remedies, notes };
}

describe('how large a raise is', () => {
  test.each([
    ['60 MiB to 160', 60 * MiB, 167772160],
    ['200 MiB to 300', 200 * MiB, 314572800],
    ['500 MiB to 600: 100 MiB more is as much as a fifth', 500 * MiB, 600 * MiB],
    ['1 GiB by a fifth, to whole MiB', GiB, 1229 * MiB],
    ['a page more than 60 MiB to the next MiB', 60 * MiB + 4096, 161 * MiB],
  ])('%s', (_name, limit, wanted) => {
    const { raise } = first(facts({ limitBytes: limit, usageBytes: limit }), onFiles(v2Files(shop(limit))));
    expect(raise).toMatchObject({ playbook: 'raise-cgroup-limit', risk: 'low', manual: false });
    expect(raise!.parameters).toEqual({ cgroup: '/shop', limit: wanted });
  });

  test('the sum is said', () => {
    const { raise, notes } = first(facts(), onFiles(v2Files(shop())));
    expect(raise!.title).toBe('Raise the memory limit of /shop to 160 MiB');
    expect(raise!.why).toBe(
      'It held its whole 60 MiB when the kernel killed; what it wanted is not known; 100 MiB more; the host keeps 11.8 GiB.',
    );
    expect(notes).toEqual([]);
  });

  test('an earlier peak counts', () => {
    const files = v2Files({ ...shop(), '/sys/fs/cgroup/shop/memory.peak': `${GiB}\n` });
    const { raise } = first(facts(), onFiles(files));
    expect(raise!.parameters.limit).toBe(1229 * MiB);
    expect(raise!.why).toContain('It has held up to 1 GiB');
  });

  test('the step doubles where undoom’s own limit was hit again', () => {
    const limit = 160 * MiB;
    const earlier = [{ fromBytes: 60 * MiB, toBytes: limit }];
    const incident = facts({ limitBytes: limit, usageBytes: limit });
    const { raise } = first(incident, onFiles(v2Files(shop(limit)), earlier));
    expect(raise!.parameters.limit).toBe(360 * MiB);
    expect(raise!.why).toContain('undoom raised it from 60 MiB to 160 MiB before, so the step doubles');
    const other = first(incident, onFiles(v2Files(shop(limit)), [{ fromBytes: 10 * MiB, toBytes: 60 * MiB }]));
    expect(other.raise!.parameters.limit).toBe(260 * MiB);
  });

  test('nothing is claimed to have prevented the kill', () => {
    expect(JSON.stringify(first(facts(), onFiles(v2Files(shop()))))).not.toContain('prevented');
  });
});

describe('the limit as it is now', () => {
  test('raised by enough since: nothing is proposed', () => {
    const { raise, notes } = first(facts(), onFiles(v2Files(shop(160 * MiB))));
    expect(raise).toBeNull();
    expect(notes[0]).toBe(
      'The limit of /shop is 160 MiB now, raised since the kill at 60 MiB: enough by the rule, so nothing more is proposed.',
    );
  });

  test('raised by less: the rule works from there', () => {
    const { raise } = first(facts(), onFiles(v2Files(shop(100 * MiB))));
    expect(raise!.parameters.limit).toBe(200 * MiB);
    expect(raise!.why).toContain('Its limit was raised to 100 MiB since the kill');
  });

  test('taken away since: nothing to raise', () => {
    const { raise, notes } = first(facts(), onFiles(v2Files(shop('max'))));
    expect(raise).toBeNull();
    expect(notes[0]).toContain('has no memory limit now');
  });

  test('a memory.high below the new limit is told', () => {
    const { raise } = first(facts(), onFiles(v2Files(shop(60 * MiB, 0, String(50 * MiB)))));
    expect(raise!.why).toContain('Its memory.high of 50 MiB is raised with it');
  });

  test('v1: memory and swap first', () => {
    const files = v1Files(
      v1MemoryCgroup('/shop', { limit: String(60 * MiB), swap: String(60 * MiB), usage: 0, anon: 0 }),
    );
    const { raise } = first(facts(), onFiles(files));
    expect(raise!.parameters.limit).toBe(167772160);
    expect(raise!.why).toContain('Its limit of memory and swap is raised first');
  });

  test('the cgroup is gone', () => {
    const { raise, notes } = first(facts(), onFiles(v2Files()));
    expect(raise).toBeNull();
    expect(notes[0]).toBe(
      'The cgroup /shop is gone since the kill, so there is nothing to change. Whoever makes it anew sets its limit.',
    );
  });

  test('a container that is gone: its engine’s own way', () => {
    const id = 'a'.repeat(64);
    const { raise, notes } = first(facts({ limitCgroup: `/docker/${id}` }), onFiles(v2Files()));
    expect(raise).toBeNull();
    expect(notes[0]).toContain('sudo docker update --memory 167772160 --memory-swap 167772160 aaaaaaaaaaaa');
  });

  test('somebody else’s cgroup is left to its owner, with the command', () => {
    const path = '/system.slice/cart.service';
    const files = v2Files({
      ...v2MemoryCgroup(path, { limit: String(60 * MiB), usage: 0, anon: 0 }),
      ...v2MemoryCgroup('/system.slice', { limit: 'max', usage: 0, anon: 0 }),
      '/proc/1/comm': 'systemd\n',
      '/proc/1/status': 'Name:\tsystemd\nRssAnon:\t100 kB\n',
      '/run/systemd/system/x': '',
    });
    const { raise, notes } = first(facts({ limitCgroup: path }), onFiles(files));
    expect(raise).toBeNull();
    expect(notes[0]).toContain('the systemd unit cart.service');
    expect(notes[0]).toContain('MemoryMax=167772160');
  });
});

describe('what holds a raise down', () => {
  const child = '/shop/web';
  const within = (parentLimit: number, parentAnon: number) =>
    v2Files({
      ...v2MemoryCgroup('/shop', { limit: String(parentLimit), usage: parentAnon, anon: parentAnon }),
      ...v2MemoryCgroup(child, { limit: String(60 * MiB), usage: 10 * MiB, anon: 10 * MiB }),
    });

  test('an ancestor’s limit, less what the siblings hold', () => {
    const { raise } = first(facts({ limitCgroup: child }), onFiles(within(150 * MiB, 50 * MiB)));
    expect(raise!.parameters.limit).toBe(110 * MiB);
    expect(raise!.why).toContain(
      'The rule asks for 160 MiB, but /shop has a limit of 150 MiB, of which others hold 40 MiB: it may be killed there again',
    );
  });

  test('no room at all: said, not proposed', () => {
    const { raise, notes } = first(facts({ limitCgroup: child }), onFiles(within(60 * MiB, 10 * MiB)));
    expect(raise).toBeNull();
    expect(notes[0]).toBe(
      'The limit of /shop/web cannot be raised above its 60 MiB: /shop has a limit of 60 MiB. Raise that limit first, or end what is not needed there.',
    );
  });

  test('the host’s reserve: less, and a larger host beside it', () => {
    const reserve = hostReserveBytes(hostOf(v2Files()))!;
    const files = meminfo(v2Files(shop()), { MemAvailable: reserve + 100.5 * MiB });
    const { raise, remedies } = first(facts(), onFiles(files));
    expect(raise!.parameters.limit).toBe(100 * MiB);
    expect(raise!.why).toContain('the host can spare 100 MiB beside the');
    const larger = remedies.find(({ playbook }) => playbook === 'larger-host')!;
    expect(larger).toMatchObject({ manual: true, risk: 'low', command: null });
    expect(larger.why).toContain('60 MiB are lacking');
    expect(larger.instruction).toContain('at least 17 GiB');
  });

  test('nothing to spare: a larger host only', () => {
    const files = meminfo(v2Files(shop()), { MemAvailable: 100 * MiB });
    const { remedies, notes } = first(facts(), onFiles(files));
    expect(remedies.map(({ playbook }) => playbook)).toEqual(['larger-host']);
    expect(notes[0]).toContain('A larger host, or ending what is not needed, would help.');
  });

  test('what the host has is not known: nothing', () => {
    const files = { ...v2Files(shop()), '/proc/meminfo': 'MemTotal: 100 kB\n' };
    const { raise, notes } = first(facts(), onFiles(files));
    expect(raise).toBeNull();
    expect(notes[0]).toContain('could not be read');
  });
});

describe('a parent', () => {
  test('is raised itself, not the task’s own cgroup', () => {
    const files = v2Files({
      ...v2MemoryCgroup('/mm', { limit: String(200 * MiB), usage: 0, anon: 0 }),
      ...v2MemoryCgroup('/mm/2', { limit: 'max', usage: 0, anon: 0 }),
    });
    const incident = facts({
      cause: 'parent-cgroup-limit',
      limitCgroup: '/mm',
      taskCgroup: '/mm/2',
      limitBytes: 200 * MiB,
    });
    expect(first(incident, onFiles(files)).raise).toMatchObject({
      playbook: 'raise-parent-cgroup-limit',
      parameters: { cgroup: '/mm', limit: 314572800 },
    });
  });
});

describe('without a host', () => {
  test('the log’s own numbers, and a note that nothing was read', () => {
    const { raise, notes } = first(facts(), on(null));
    expect(raise!.parameters).toEqual({ cgroup: '/shop', limit: 167772160 });
    expect(raise!.why).not.toContain('the host');
    expect(notes[0]).toContain('Nothing of the host was read');
  });

  test.each([
    ['no cgroup', { limitCgroup: null }, 'does not name the cgroup'],
    ['a path that climbs', { limitCgroup: '/../etc' }, 'cannot be one'],
    ['the root', { limitCgroup: '/' }, 'cannot be one'],
    ['no limit', { limitBytes: null }, 'does not tell the limit'],
    ['kernel memory', { factors: ['kernel-memory-limit' as const] }, 'limit of kernel memory'],
  ])('%s: no raise, and why', (_name, change, expected) => {
    const { raise, notes } = first(facts(change), on(null));
    expect(raise).toBeNull();
    expect(notes.join()).toContain(expected);
  });
});

describe('whatever the host is like', () => {
  const size = fc.integer({ min: 1, max: 20 * 1024 }).map((mebibytes) => mebibytes * MiB);
  const page = fc.integer({ min: 0, max: 2 ** 20 }).map((pages) => pages * 4096);
  const scene = fc.record({
    version: fc.constantFrom(1, 2),
    limit: size,
    live: size,
    usage: page,
    parentLimit: fc.option(size),
    siblings: page,
    available: page,
    earlier: fc.option(fc.record({ fromBytes: size, toBytes: size })),
  });

  test('the raise is above the live limit, below each bound, taken by the action’s own guards, and the same each time', () => {
    fc.assert(
      fc.property(scene, ({ version, limit, live, usage, parentLimit, siblings, available, earlier }) => {
        const anon = Math.min(usage, live);
        const cgroup = version === 1 ? v1MemoryCgroup : v2MemoryCgroup;
        const files = meminfo(
          (version === 1 ? v1Files : v2Files)({
            ...cgroup('/a', {
              limit: parentLimit === null ? 'max' : String(parentLimit),
              usage: anon + siblings,
              anon: anon + siblings,
            }),
            ...cgroup('/a/b', { limit: String(live), usage: anon, anon }),
          }),
          { MemAvailable: available },
        );
        const context = onFiles(files, earlier ? [earlier] : []);
        const incident = facts({ limitCgroup: '/a/b', limitBytes: limit, usageBytes: limit });
        const proposed = propose(incident, context);
        expect(propose(incident, context)).toEqual(proposed);
        const raise = proposed.remedies.find(({ playbook }) => playbook === 'raise-cgroup-limit');
        if (!raise) {
          expect(proposed.notes.length).toBeGreaterThan(0);
          return;
        }
        const granted = raise.parameters.limit as number;
        expect(granted).toBeGreaterThan(live);
        if (parentLimit !== null) expect(granted).toBeLessThanOrEqual(parentLimit - siblings);
        expect(available - Math.max(0, granted - anon)).toBeGreaterThanOrEqual(hostReserveBytes(hostOf(files))!);
        const plan = planOn(cgroupMemoryLimit, raise.parameters, files);
        expect(refusals(plan.guards).filter((id) => id !== 'bounds')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a report that anyone could have written', () => {
  const forged = (change: Parameters<typeof facts>[0]) => facts({ forgeable: true, borneOut: true, ...change });
  const GB = 8 * GiB;

  test.each<[string, Parameters<typeof facts>[0]]>([
    ['a usage that never was', { usageBytes: GB }],
    ['a limit that never was', { limitBytes: GB, usageBytes: GB }],
    ['numbers of any size', { limitBytes: Number.MAX_SAFE_INTEGER, usageBytes: Number.MAX_SAFE_INTEGER }],
  ])('%s sizes no change: the live limit does', (_name, change) => {
    const { raise } = first(forged(change), onFiles(v2Files(shop())));
    expect(raise!.parameters.limit).toBe(160 * MiB);
    const believed = first(facts(change), onFiles(v2Files(shop())));
    expect(believed.raise?.parameters.limit).not.toBe(160 * MiB);
  });

  test('what the live cgroup once held is believed', () => {
    const files = v2Files({ ...shop(), '/sys/fs/cgroup/shop/memory.peak': `${GiB}\n` });
    expect(first(forged({ usageBytes: GB }), onFiles(files)).raise!.parameters.limit).toBe(1229 * MiB);
  });

  test('an earlier raise is doubled for the live limit, not for the one it names', () => {
    const earlier = [{ fromBytes: 60 * MiB, toBytes: 4 * GiB }];
    const incident = forged({ limitBytes: 4 * GiB, usageBytes: 4 * GiB });
    expect(first(incident, onFiles(v2Files(shop()), earlier)).raise!.parameters.limit).toBe(160 * MiB);
  });

  test('a cgroup that is gone gets no command of the size it names', () => {
    const id = 'a'.repeat(64);
    const { notes } = first(forged({ limitCgroup: `/docker/${id}`, limitBytes: GB }), onFiles(v2Files()));
    expect(notes[0]).toMatch(/is gone since the kill.*Whoever makes it anew sets its limit/);
  });

  test('a true one loses nothing', () => {
    expect(first(forged({}), onFiles(v2Files(shop()))).raise!.parameters.limit).toBe(160 * MiB);
  });
});
