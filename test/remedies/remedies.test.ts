// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a process may call itself like a parameter
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionNamed } from '../../src/actions/index.js';
import { packageRoot } from '../../src/package-root.js';
import { builtIns } from '../../src/playbook/load.js';
import { fillTemplate } from '../../src/playbook/template.js';
import { propose, remediesFor } from '../../src/remedies/index.js';
import type { IncidentFacts } from '../../src/remedies/remedy.js';
import { factorSchema } from '../../src/schemas/diagnosis.js';
import {
  buddyLine,
  GiB,
  hostOf,
  MiB,
  v1CpusetCgroup,
  v1Files,
  v2CpusetCgroup,
  v2Files,
  v2MemoryCgroup,
} from '../actions/hosts.js';
import { facts, meminfo, on, onFiles, process } from './facts.js';

const root = packageRoot();
const causes = Object.keys(remediesFor) as (keyof typeof remediesFor)[];
const makers = [...new Set(Object.values(remediesFor).flat())];
const systemd = {
  '/proc/1/comm': 'systemd\n',
  '/proc/1/status': 'Name:\tsystemd\nRssAnon:\t100 kB\n',
  '/run/systemd/system/x': '',
};

function playbooks(...call: Parameters<typeof propose>): string[] {
  return propose(...call).remedies.map(({ playbook }) => playbook);
}

function remedy(name: string, ...call: Parameters<typeof propose>) {
  return propose(...call).remedies.find(({ playbook }) => playbook === name) ?? null;
}

describe('the list', () => {
  test('each built-in has its maker in a file of its name, and the same causes', () => {
    const files = readdirSync(join(root, 'src/remedies'));
    for (const { name, for: causes } of builtIns()) {
      expect(files).toContain(`${name}.ts`);
      const maker = makers.find(({ playbook }) => playbook === name);
      expect(maker?.causes.toSorted(), name).toEqual(causes.toSorted());
      for (const cause of causes) expect(remediesFor[cause]).toContain(maker);
    }
    expect(makers).toHaveLength(builtIns().length);
  });

  test('each file that makes a remedy is in it', () => {
    for (const file of readdirSync(join(root, 'src/remedies'))) {
      if (!readFileSync(join(root, 'src/remedies', file), 'utf8').includes(': RemedyMaker = {')) continue;
      expect(makers.map(({ playbook }) => `${playbook}.ts`)).toContain(file);
    }
  });
});

describe('no remedy where none follows', () => {
  test.each<[string, Partial<IncidentFacts>, string]>([
    ['unknown', { cause: 'unknown' }, 'does not tell why'],
    ['asked for', { cause: 'manual' }, 'SysRq'],
    [
      'another killer',
      { kind: 'userspace-kill', killer: 'systemd-oomd', cause: 'global-memory' },
      'systemd-oomd killed by its own rules',
    ],
  ])('%s', (_name, change, expected) => {
    const { remedies, notes } = propose(facts(change), onFiles(v2Files()));
    expect(remedies).toEqual([]);
    expect(notes[0]).toContain(expected);
  });

  test('a cgroup’s limit is no matter of compaction, nor of slab', () => {
    const files = meminfo(v2Files(v2MemoryCgroup('/shop', { limit: String(60 * MiB), usage: 0, anon: 0 })), {
      SUnreclaim: 8 * GiB,
    });
    expect(playbooks(facts({ factors: ['slab-leak'] }), onFiles(files))).toEqual(['raise-cgroup-limit']);
  });
});

describe('global memory', () => {
  const incident = facts({
    cause: 'global-memory',
    constraint: 'none',
    limitCgroup: null,
    limitBytes: null,
    usageBytes: null,
  });
  const never = { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]\n' };

  test('a healthy host: a larger one, nothing else', () => {
    expect(playbooks(incident, onFiles(v2Files(never)))).toEqual(['larger-host']);
    expect(remedy('larger-host', incident, onFiles(v2Files(never)))!.instruction).toContain('at least 20 GiB');
  });

  test('unreclaimable slab above 10%: its caches are named', () => {
    const files = meminfo(
      v2Files({
        ...never,
        '/proc/slabinfo':
          'slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables\nkmalloc-64 100000 100000 64 64 1 : tunables 0 0 0 : slabdata 1600 1600 0\ndentry 900000 900000 192 21 1 : tunables 0 0 0 : slabdata 43000 43000 0\n',
        '/sys/kernel/slab/dentry/reclaim_account': '1\n',
        '/sys/kernel/slab/kmalloc-64/reclaim_account': '0\n',
      }),
      { SUnreclaim: 2 * GiB },
    );
    const slab = remedy('reduce-slab', incident, onFiles(files))!;
    expect(slab).toMatchObject({ manual: true, command: 'sudo slabtop --once --sort=c' });
    expect(slab.instruction).toContain('kmalloc-64');
    expect(slab.instruction).not.toContain('dentry');
    expect(remedy('reduce-slab', incident, onFiles(meminfo(files, { SUnreclaim: GiB })))).toBeNull();
  });

  test('a bloated process 1 that is systemd', () => {
    const bloated = { ...never, ...systemd, '/proc/1/status': 'Name:\tsystemd\nRssAnon:\t300000 kB\n' };
    expect(remedy('reexec-systemd', incident, onFiles(v2Files(bloated)))).toMatchObject({
      risk: 'medium',
      manual: false,
    });
    expect(remedy('reexec-systemd', incident, onFiles(v2Files({ ...never, ...systemd })))).toBeNull();
    const other = { ...bloated, '/proc/1/comm': 'tini\n', '/proc/1/status': 'Name:\ttini\nRssAnon:\t300000 kB\n' };
    const { remedies, notes } = propose(incident, onFiles(v2Files(other)));
    expect(remedies.map(({ playbook }) => playbook)).not.toContain('reexec-systemd');
    expect(notes.join()).toContain('is not systemd');
  });

  test('transparent huge pages that are always on', () => {
    const tune = remedy('tune-transparent-huge-pages', incident, onFiles(v2Files()))!;
    expect(tune.parameters).toEqual({ enabled: 'madvise', khugepaged_max_ptes_none: 0 });
    expect(tune.risk).toBe('medium');
  });

  test('idle huge pages: some are released, those in use never', () => {
    const pool = '/sys/devices/system/node/node1/hugepages/hugepages-1048576kB';
    const files = v2Files({
      ...never,
      [`${pool}/nr_hugepages`]: '4\n',
      [`${pool}/free_hugepages`]: '3\n',
      [`${pool}/surplus_hugepages`]: '0\n',
    });
    const release = remedy('release-huge-pages', incident, onFiles(files))!;
    expect(release.parameters).toEqual({ node: 1, size: GiB, count: 3 });
    expect(release.title).toBe('Release 1 of 3 idle 1 GiB huge pages of node 1');
    const used = { ...files, [`${pool}/free_hugepages`]: '0\n' };
    expect(remedy('release-huge-pages', incident, onFiles(used))).toBeNull();
  });

  describe('the cgroup that grew', () => {
    const grown = (limit = 'max') =>
      v2Files({
        ...never,
        ...v2MemoryCgroup('/batch', { limit, usage: 4 * GiB, anon: 4 * GiB }),
        ...v2MemoryCgroup('/small', { limit: 'max', usage: GiB, anon: 100 * MiB }),
      });

    test('is contained a fifth above what it holds, at high risk', () => {
      const contain = remedy('contain-cgroup', incident, onFiles(grown()))!;
      expect(contain.parameters).toEqual({ cgroup: '/batch', limit: 4916 * MiB });
      expect(contain.risk).toBe('high');
      expect(contain.why).toContain('It holds 4 GiB that cannot be reclaimed');
    });

    test('not where it has a limit, nor where it is small', () => {
      expect(remedy('contain-cgroup', incident, onFiles(grown(String(8 * GiB))))).toBeNull();
    });

    test('within what the host can spare, and never below what it holds', () => {
      const tight = meminfo(grown(), { MemAvailable: 1200 * MiB });
      const contain = remedy('contain-cgroup', incident, onFiles(tight))!;
      expect(contain.parameters.limit).toBeGreaterThan(4 * GiB);
      expect(contain.parameters.limit).toBeLessThanOrEqual(4 * GiB + 1200 * MiB - 0.05 * 16 * GiB);
      const none = propose(incident, onFiles(meminfo(grown(), { MemAvailable: 100 * MiB })));
      expect(none.remedies.map(({ playbook }) => playbook)).not.toContain('contain-cgroup');
      expect(none.notes.join()).toContain('would kill in it at once');
    });
  });
});

describe('memory node', () => {
  const incident = facts({
    cause: 'memory-node',
    constraint: 'cpuset',
    limitCgroup: null,
    cpuset: { name: 'bound', path: '/bound' },
    nodes: [1],
  });

  test.each([
    ['v1', v1Files(v1CpusetCgroup('/bound', '1'))],
    ['v2', v2Files(v2CpusetCgroup('/bound', '1'))],
  ])('%s: widened to the nodes with free memory', (_name, files) => {
    const widen = remedy('widen-memory-nodes', incident, onFiles(files))!;
    expect(widen).toMatchObject({ parameters: { cgroup: '/bound', nodes: '0-2' }, risk: 'medium' });
    expect(widen.why).toContain('It may use node 1 only; node 0 has 1 GiB free, node 2 has 1 GiB free');
  });

  test('only to nodes above their high watermark; none: said, not widened', () => {
    const files = v2Files(v2CpusetCgroup('/bound', '1'));
    const short = files['/proc/zoneinfo']!.replace('pages free     266240', 'pages free 4000');
    const some = remedy('widen-memory-nodes', incident, onFiles({ ...files, '/proc/zoneinfo': short }))!;
    expect(some.parameters.nodes).toBe('1-2');
    const all = files['/proc/zoneinfo']!.replace(/pages free +266240/g, 'pages free 4000');
    const none = propose(incident, onFiles({ ...files, '/proc/zoneinfo': all }));
    expect(none.remedies).toEqual([]);
    expect(none.notes[0]).toContain('/bound is not widened: no node');
  });

  test('a policy of the task’s own is no matter of cpusets', () => {
    const { remedies, notes } = propose(
      { ...incident, constraint: 'memory-policy' },
      onFiles(v2Files(v2CpusetCgroup('/bound', '1'))),
    );
    expect(remedies).toEqual([]);
    expect(notes[0]).toContain('numactl');
  });

  test('a cpuset whose path is not known is asked for', () => {
    const { remedies, notes } = propose(
      { ...incident, cpuset: { name: 'bound', path: null } },
      onFiles(v2Files({ ...v2CpusetCgroup('/a/bound', '1'), ...v2CpusetCgroup('/b/bound', '1') })),
    );
    expect(remedies).toEqual([]);
    expect(notes[0]).toContain('--cpuset PATH');
  });

  test('gone, the root, or without a host', () => {
    expect(propose(incident, onFiles(v2Files())).notes[0]).toContain('is gone');
    expect(propose({ ...incident, cpuset: { name: '/', path: '/' } }, onFiles(v2Files())).notes[0]).toContain(
      'nothing to widen',
    );
    expect(propose(incident, on(null)).notes[0]).toContain('--root');
  });

  test('systemd’s own is left to systemd', () => {
    const path = '/system.slice/cart.service';
    const files = v2Files({
      ...systemd,
      ...v2CpusetCgroup('/system.slice', ''),
      ...v2CpusetCgroup(path, '1'),
      '/sys/fs/cgroup/system.slice/cpuset.mems.effective': '0-2\n',
    });
    const { remedies, notes } = propose({ ...incident, cpuset: { name: 'cart.service', path } }, onFiles(files));
    expect(remedies).toEqual([]);
    expect(notes[0]).toContain('AllowedMemoryNodes=0-2');
  });
});

describe('fragmentation', () => {
  const incident = facts({
    cause: 'fragmentation',
    limitCgroup: null,
    trigger: { comm: 'insmod', pid: 1, gfpMask: null, gfpFlags: [], order: 3, oomScoreAdj: 0 },
    freeBlocks: [{ node: 2, zone: 'Normal', blocks: [] }],
  });

  test('compacted first: the node that was short, for the order that was missing', () => {
    const { remedies } = propose(incident, onFiles(v2Files({ '/proc/buddyinfo': buddyLine(2, [9, 9, 9, 4, 3]) })));
    expect(remedies.map(({ playbook }) => playbook)).toEqual(['compact-memory', 'prevent-fragmentation']);
    expect(remedies[0]).toMatchObject({ parameters: { node: 2, order: 3 }, risk: 'medium' });
    expect(remedies[0]!.why).toContain('order 3 (32 KiB)');
    expect(remedies[0]!.why).toContain('10 blocks of that order could be had now');
    expect(remedies[0]!.why).toContain('Memory pressure is 0.5% over the last minute, the load is 0.5 on 2 processors');
  });

  test('without a host: compaction alone', () => {
    expect(playbooks(incident, on(null))).toEqual(['compact-memory']);
  });

  test('what keeps it away: bounded, and only what is lower now', () => {
    const prevent = remedy('prevent-fragmentation', incident, onFiles(v2Files()))!;
    expect(prevent.parameters).toEqual({
      min_free_kbytes: Math.floor((16 * GiB * 0.01) / 1024),
      watermark_scale_factor: 100,
      compaction_proactiveness: 40,
    });
    const high = v2Files({
      '/proc/sys/vm/min_free_kbytes': '800000\n',
      '/proc/sys/vm/watermark_scale_factor': '200\n',
      '/proc/sys/vm/compaction_proactiveness': '50\n',
    });
    expect(remedy('prevent-fragmentation', incident, onFiles(high))).toBeNull();
    const bounded = v2Files({ '/proc/sys/vm/min_free_kbytes': '600000\n' });
    expect(remedy('prevent-fragmentation', incident, onFiles(bounded))!.parameters.min_free_kbytes).toBe(838860);
  });

  test('locked pages may be moved where many are locked', () => {
    const files = meminfo(v2Files({ '/proc/sys/vm/compact_unevictable_allowed': '0\n' }), { Mlocked: 2 * GiB });
    expect(remedy('prevent-fragmentation', incident, onFiles(files))!.parameters.compact_unevictable_allowed).toBe(1);
    expect(remedy('compact-memory', incident, onFiles(files))!.parameters.unevictable).toBe(1);
    expect(
      remedy('compact-memory', incident, onFiles(meminfo(v2Files(), { Mlocked: 2 * GiB })))!.parameters.unevictable,
    ).toBeUndefined();
    const few = meminfo(files, { Mlocked: 100 * MiB });
    expect(remedy('prevent-fragmentation', incident, onFiles(few))!.parameters).not.toHaveProperty(
      'compact_unevictable_allowed',
    );
  });
});

describe('ending tasks', () => {
  const shop = v2MemoryCgroup('/shop', { limit: String(60 * MiB), usage: 0, anon: 0 });

  test('the largest in the cgroup, with its command; never those outside, shielded ones and process 1', () => {
    const files = v2Files({
      ...shop,
      ...process(1, 'init', 90 * MiB, '/shop'),
      ...process(200, 'sshd', 80 * MiB, '/shop', -1000),
      ...process(300, 'other', 70 * MiB, '/shopping'),
      ...process(400, 'cart', 40 * MiB, '/shop/web'),
      ...process(500, 'queue', 10 * MiB, '/shop'),
    });
    const end = remedy('end-tasks', facts(), onFiles(files))!;
    expect(end).toMatchObject({ manual: true, risk: 'low', command: 'sudo kill 400' });
    expect(end.instruction).toBe(
      'If it is not needed, end it. The largest now: cart (400) holds 40 MiB, of the cgroup /shop/web; queue (500) holds 10 MiB, of the cgroup /shop.',
    );
  });

  test.each([
    ['/system.slice/cart.service', 'sudo systemctl stop cart.service'],
    ['/system.slice/my cart.service', "sudo systemctl stop 'my cart.service'"],
    [`/docker/${'b'.repeat(64)}`, `sudo docker stop ${'b'.repeat(64)}`],
    ['/user.slice/user-1000.slice/session-3.scope', 'sudo kill 400'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/app.service', 'sudo kill 400'],
  ])('through the owner of %s', (path, command) => {
    const files = v2Files({ ...systemd, ...process(400, 'cart', 40 * MiB, path) });
    const end = remedy('end-tasks', facts({ cause: 'global-memory', limitCgroup: null }), onFiles(files))!;
    expect(end.command).toBe(command);
  });

  test('from a log alone: what was left, and no command, since its pids may be others’ by now', () => {
    const holders = [
      { kind: 'task', name: 'a\u001b[2J', pid: 5, bytes: 30 * MiB, killed: true, oomScoreAdj: 0 },
      { kind: 'task', name: '${command}', pid: 6, bytes: 20 * MiB, killed: false, oomScoreAdj: 0 },
    ] as const;
    const end = remedy('end-tasks', facts({ holders: [...holders] }), on(null))!;
    expect(end.command).toBeNull();
    expect(end.instruction).toContain('${command} (6) held 20 MiB');
  });
});

test('every proposal fills its built-in, and nothing of it is left open', () => {
  const files = v2Files({
    ...v2MemoryCgroup('/shop', { limit: String(60 * MiB), usage: 0, anon: 0 }),
    ...process(400, 'cart', 40 * MiB, '/shop'),
  });
  for (const cause of ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'fragmentation'] as const) {
    const { remedies } = propose(facts({ cause }), onFiles(files));
    expect(remedies.length, cause).toBeGreaterThan(0);
    for (const { playbook, parameters } of remedies) {
      const filled = fillTemplate(builtIns().find(({ name }) => name === playbook)!, parameters);
      expect(JSON.stringify(filled)).not.toContain('${');
    }
  }
});

describe('what is proposed is what its own guards let through', () => {
  const pool = '/sys/devices/system/node/node1/hugepages/hugepages-1048576kB';
  const scenes: [string, IncidentFacts, Record<string, string>][] = [
    [
      'memory node',
      facts({ cause: 'memory-node', cpuset: { name: 'bound', path: '/a/bound' }, nodes: [1] }),
      v1Files({ ...v1CpusetCgroup('/a', '1'), ...v1CpusetCgroup('/a/bound', '1') }),
    ],
    [
      'huge pages',
      facts({ cause: 'memory-node', cpuset: { name: '/', path: '/' }, nodes: [1] }),
      v2Files({
        [`${pool}/nr_hugepages`]: '4\n',
        [`${pool}/free_hugepages`]: '3\n',
        [`${pool}/surplus_hugepages`]: '0\n',
      }),
    ],
    [
      'fragmentation',
      facts({
        cause: 'fragmentation',
        trigger: { comm: 'a', pid: 1, gfpMask: null, gfpFlags: [], order: 3, oomScoreAdj: 0 },
      }),
      meminfo(v2Files({ '/proc/sys/vm/compact_unevictable_allowed': '0\n' }), { Mlocked: 4 * GiB }),
    ],
    ['a host with little to spare', facts({ cause: 'fragmentation' }), meminfo(v2Files(), { MemAvailable: 850 * MiB })],
    ['global memory', facts({ cause: 'global-memory' }), v2Files()],
  ];
  test.each(scenes)('%s', (_name, incident, files) => {
    const host = hostOf(files);
    const steps = propose(incident, on(host)).remedies.flatMap(
      ({ playbook, parameters }) => fillTemplate(builtIns().find(({ name }) => name === playbook)!, parameters).steps,
    );
    expect(steps.filter(({ action }) => action !== 'manual').length).toBeGreaterThan(0);
    for (const step of steps) {
      const { guards } = actionNamed(step.action)!.plan(step.with, host);
      expect(guards.filter(({ ok }) => !ok)).toEqual([]);
    }
  });
});

test('whatever a log says, the answer is proposals and notes', () => {
  const path = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((name) => `/${name}`),
      fc.constant(`/${'a'.repeat(255)}`.repeat(15)),
    ),
  );
  const bytes = fc.option(fc.nat(Number.MAX_SAFE_INTEGER));
  const hostile = fc.record({
    cause: fc.constantFrom(...causes),
    constraint: fc.constantFrom('none', 'memcg', 'cpuset', 'memory-policy', null),
    factors: fc.subarray([...factorSchema.options]),
    limitCgroup: path,
    cpuset: fc.record({ name: path, path }),
    limitBytes: bytes,
    usageBytes: bytes,
    nodes: fc.option(fc.array(fc.nat(99_999))),
    freeBlocks: fc.array(
      fc.record({
        node: fc.nat(99_999),
        zone: fc.string(),
        blocks: fc.constant<IncidentFacts['freeBlocks'][number]['blocks']>([]),
      }),
      {
        maxLength: 2,
      },
    ),
    trigger: fc.record({
      comm: fc.string(),
      pid: fc.nat(),
      gfpMask: fc.constant(null),
      gfpFlags: fc.constant<string[]>([]),
      order: fc.option(fc.integer()),
      oomScoreAdj: fc.constant(0),
    }),
    holders: fc.array(
      fc.record({
        kind: fc.constant('task' as const),
        name: fc.string({ unit: 'binary' }),
        pid: fc.option(fc.nat()),
        bytes: fc.nat(),
        killed: fc.boolean(),
        oomScoreAdj: fc.constant(null),
      }),
    ),
  });
  const host = hostOf(v2Files());
  fc.assert(
    fc.property(hostile, fc.boolean(), (change, live) => {
      const { remedies } = propose(facts(change), on(live ? host : null));
      for (const { parameters } of remedies) expect(parameters).toBeDefined();
    }),
    { numRuns: 500 },
  );
});
