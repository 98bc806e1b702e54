import { describe, expect, test } from 'vitest';
import { mapFiles, openHost } from '../../src/host/index.js';
import { builtIn } from '../../src/playbook/built-ins.js';
import { fillTemplate, parseSetFlags } from '../../src/playbook/template.js';
import { propose } from '../../src/remedies/index.js';
import type { Factor } from '../../src/schemas/diagnosis.js';
import { type Files, GiB, MiB, v1Files, v1MemoryCgroup, v2Files, v2MemoryCgroup, v2Root } from '../actions/hosts.js';
import { identity } from '../ui/sample.js';
import { facts, meminfo, on, onFiles, process } from './facts.js';

const systemd = { '/proc/1/comm': 'systemd\n', '/run/systemd/system/x': '' };
const never = { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]\n' };
const global = (factors: Factor[], change: Parameters<typeof facts>[0] = {}) =>
  facts({ cause: 'global-memory', constraint: 'none', limitCgroup: null, limitBytes: null, factors, ...change });
const shop = (limit: string | number = 60 * MiB) =>
  v2MemoryCgroup('/shop', { limit: String(limit), usage: 60 * MiB, anon: 50 * MiB });

function remedy(name: string, ...call: Parameters<typeof propose>) {
  const { remedies, notes } = propose(...call);
  return { found: remedies.find(({ playbook }) => playbook === name) ?? null, notes, remedies };
}

test('the cause’s own remedies come first, those of factors after them', () => {
  const files = v2Files({ ...shop(), ...process(400, 'cart', 40 * MiB, '/shop') });
  const names = propose(facts({ factors: ['swap-limit', 'shared-memory', 'mlocked'] }), onFiles(files)).remedies;
  expect(names.map(({ playbook }) => playbook)).toEqual([
    'raise-cgroup-limit',
    'end-tasks',
    'allow-cgroup-swap',
    'shrink-shared-memory',
    'limit-locked-memory',
  ]);
});

test('without its factor none of them is proposed', () => {
  const { remedies, notes } = propose(global([]), onFiles(v2Files(never)));
  expect([remedies.map(({ playbook }) => playbook), notes]).toEqual([['larger-host'], []]);
});

describe('add-swap', () => {
  const add = (files: Files, factor: Factor = 'no-swap') => remedy('add-swap', global([factor]), onFiles(files)).found!;

  test('a file of a quarter of memory, kept over the next boot', () => {
    const found = add(v2Files({ '/proc/mounts': '/dev/vda1 / ext4 rw 0 0\n' }));
    expect(found).toMatchObject({ manual: true, risk: 'low', title: 'Add 4 GiB of swap' });
    expect(found.command).toBe(
      "sudo dd if=/dev/zero of=/swapfile bs=1M count=4096 conv=excl && sudo chmod 600 /swapfile && sudo mkswap /swapfile && sudo swapon /swapfile && echo '/swapfile none swap defaults 0 0' | sudo tee -a /etc/fstab",
    );
  });

  test.each([
    [2 * GiB, '1 GiB'],
    [256 * GiB, '8 GiB'],
  ])('for %d bytes of memory', (total, size) => {
    expect(add(meminfo(v2Files(), { MemTotal: total })).title).toBe(`Add ${size} of swap`);
  });

  test('btrfs makes its own; where no file holds swap, compressed memory', () => {
    expect(add(v2Files({ '/proc/mounts': '/dev/vda1 / btrfs rw 0 0\n' })).command).toContain(
      'sudo btrfs filesystem mkswapfile --size 4096m /swapfile',
    );
    const zram = add(v2Files({ '/proc/mounts': 'overlay / overlay rw 0 0\n' }));
    expect([zram.title, zram.command]).toEqual([
      'Add 4 GiB of swap',
      expect.stringContaining('zramctl --find --size 4096M'),
    ]);
  });

  test('a file that is swap already is left alone, and a kubelet is told first', () => {
    const files = v2Files({
      '/proc/swaps': 'Filename Type Size Used Priority\n/swapfile file 1000 1000 -2\n',
      ...v2MemoryCgroup('/kubepods.slice', { limit: 'max', usage: 0, anon: 0 }),
    });
    const found = add(files, 'swap-exhausted');
    expect(found.command).toContain('of=/swapfile2 ');
    expect(found.instruction).toContain('failSwapOn: false');
  });

  test('without a host: the rule, no command', () => {
    expect(remedy('add-swap', global(['no-swap']), on(null)).found).toMatchObject({ command: null });
  });
});

describe('allow-cgroup-swap', () => {
  const allow = (path: string, files: Files) =>
    remedy('allow-cgroup-swap', facts({ factors: ['swap-limit'], limitCgroup: path }), onFiles(files));
  const unit = '/system.slice/cart.service';
  const docker = `/docker/${'a'.repeat(64)}`;
  const limited = (path: string) => v2MemoryCgroup(path, { limit: String(60 * MiB), usage: 0, anon: 0 });

  test.each<[string, string, Files, string]>([
    ['nobody’s', '/shop', v2Files(shop()), 'printf %s 62914560 | sudo tee /sys/fs/cgroup/shop/memory.swap.max'],
    [
      'v1',
      '/shop',
      v1Files(v1MemoryCgroup('/shop', { limit: String(60 * MiB), swap: String(60 * MiB), usage: 0, anon: 0 })),
      'printf %s 125829120 | sudo tee /sys/fs/cgroup/memory/shop/memory.memsw.limit_in_bytes',
    ],
    [
      'a unit',
      unit,
      v2Files({ ...systemd, ...limited(unit) }),
      'sudo systemctl set-property --runtime cart.service MemorySwapMax=62914560',
    ],
    [
      'Docker',
      docker,
      v2Files(limited(docker)),
      'sudo docker update --memory 62914560 --memory-swap 125829120 aaaaaaaaaaaa',
    ],
  ])('%s', (_name, path, files, command) => expect(allow(path, files).found!.command).toBe(command));

  test('at most half of the free swap; none: said', () => {
    const little = meminfo(v2Files(shop()), { SwapFree: 40 * MiB });
    expect(allow('/shop', little).found!.title).toBe('Let /shop swap 20 MiB');
    const none = allow('/shop', meminfo(v2Files(shop()), { SwapFree: 0, SwapTotal: 0 }));
    expect([none.found, none.notes.join()]).toEqual([null, expect.stringContaining('this host has no swap')]);
  });

  test('what is forbidden above comes first', () => {
    const files = v2Files({ ...v2MemoryCgroup('/a', { limit: 'max', usage: 0, anon: 0 }), ...limited('/a/b') });
    expect(allow('/a/b', files).found!.instruction).toContain('/a above it may not swap either: it comes first');
  });
});

describe('unshield-task', () => {
  const unshield = (files: Files, change: Parameters<typeof facts>[0] = {}) =>
    remedy('unshield-task', global(['protected-task'], change), onFiles(v2Files({ ...never, ...systemd, ...files })))
      .found!;

  test('the largest that is shielded, by a drop-in and at once; or a bound', () => {
    const found = unshield(process(400, 'java', 4 * GiB, '/system.slice/big.service', -1000));
    expect(found.command).toBe(
      "sudo mkdir -p /etc/systemd/system/big.service.d && printf '[Service]\\n%s\\n' OOMScoreAdjust=-500 | sudo tee /etc/systemd/system/big.service.d/50-oom-score.conf && sudo systemctl daemon-reload && sudo choom --pid 400 --adjust -500",
    );
    expect(found.instruction).toContain("sudo systemctl set-property 'big.service' MemoryMax=");
  });

  test('of no unit: the process alone; never process 1', () => {
    const found = unshield({
      ...process(1, 'init', 9 * GiB, '/', -1000),
      ...process(400, 'java', GiB, '/batch', -900),
    });
    expect(found.command).toBe('sudo choom --pid 400 --adjust -500');
  });

  test('within the cgroup whose limit was hit', () => {
    const files = {
      ...shop(),
      ...process(400, 'a', GiB, '/other', -1000),
      ...process(500, 'b', MiB, '/shop/x', -1000),
    };
    const change = { cause: 'cgroup-limit' as const, limitCgroup: '/shop' };
    expect(unshield(files, change).command).toBe('sudo choom --pid 500 --adjust -500');
  });

  test('gone since: what the report tells, no command', () => {
    const holders = [{ kind: 'task' as const, name: 'java', pid: 5, bytes: GiB, killed: false, oomScoreAdj: -1000 }];
    const found = unshield({}, { holders });
    expect([found.command, found.instruction]).toEqual([null, expect.stringContaining('java held 1 GiB')]);
  });
});

describe('shrink-shared-memory', () => {
  const shrink = (files: Files, fileSystems = {}) =>
    propose(
      global(['shared-memory']),
      on(openHost(mapFiles(v2Files({ ...never, ...files }), { fileSystems }))),
    ).remedies.find(({ playbook }) => playbook === 'shrink-shared-memory')!;
  const mounts = {
    '/proc/mounts': 'tmpfs /dev/shm tmpfs rw 0 0\ntmpfs /my\\040tmp tmpfs rw 0 0\n/dev/vda1 / ext4 rw 0 0\n',
  };
  const segments = {
    '/proc/sysvipc/shm':
      '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          7  1600           3221225472   812   812      0     0     0     0     0 1 1 1           3221225472                     0\n',
  };

  test('tmpfs by use, bound at what they hold', () => {
    const found = shrink(mounts, {
      '/dev/shm': { sizeBytes: 8 * GiB, usedBytes: GiB },
      '/my tmp': { sizeBytes: 8 * GiB, usedBytes: 2 * GiB },
    });
    expect(found.title).toBe('Free and bound the tmpfs /my tmp');
    expect(found.command).toBe("sudo mount -o remount,size=2048M '/my tmp'");
    expect(found.instruction).toContain('the tmpfs /dev/shm holds 1 GiB of its 8 GiB');
  });

  test('a segment that nobody is attached to', () => {
    const found = shrink({ ...mounts, ...segments }, { '/dev/shm': { sizeBytes: 8 * GiB, usedBytes: GiB } });
    expect(found.command).toBe('sudo ipcrm --shmem-id 7');
    expect(found.instruction).toContain('the segment 7 holds 3 GiB, made by process 812, and nobody is attached to it');
  });

  test('nothing to be seen: how to look', () => {
    expect(shrink({}).command).toBe('df --type=tmpfs && ipcs --shmems');
  });
});

describe('what processes tell of themselves', () => {
  const withStatus = (line: string, cgroup = '/batch'): Files => {
    const files = process(400, 'java', GiB, cgroup);
    return { ...files, '/proc/400/status': `${files['/proc/400/status']}${line}\n` };
  };

  test('page tables', () => {
    const files = v2Files({ ...never, ...withStatus('VmPTE:\t2097152 kB') });
    expect(remedy('reduce-page-tables', global(['page-tables']), onFiles(files)).found!.instruction).toContain(
      'The largest now: java (400) has 2 GiB',
    );
  });

  test('locked memory, bound by its unit', () => {
    const files = v2Files({ ...never, ...systemd, ...withStatus('VmLck:\t2097152 kB', '/system.slice/db.service') });
    const { found } = remedy('limit-locked-memory', global(['mlocked']), onFiles(files));
    expect(found!.title).toBe('Bound what java locks in memory');
    expect(found!.command).toContain('LimitMEMLOCK=1024M');
  });

  test('a memory policy', () => {
    const trigger = { comm: 'java', pid: 9, gfpMask: null, gfpFlags: [], order: 0, oomScoreAdj: 0 };
    const incident = facts({
      cause: 'memory-node',
      factors: ['memory-policy'],
      trigger,
      nodes: [1],
      limitCgroup: null,
    });
    const files = v2Files({ ...systemd, ...process(400, 'java', GiB, '/system.slice/db.service') });
    const found = remedy('change-memory-policy', incident, onFiles(files)).found!;
    expect(found.command).toContain('NUMAPolicy=default');
    expect(found.instruction).toContain('java bound itself to node 1');
  });
});

describe('find-unaccounted-memory', () => {
  const find = (files: Files) =>
    remedy('find-unaccounted-memory', global(['unaccounted-memory']), onFiles(v2Files({ ...never, ...files }))).found!;

  test('the cache of ZFS, bound at half of what it holds', () => {
    const found = find({
      '/proc/spl/kstat/zfs/arcstats': `13 1 0x01 96 26112 1 2\nname type data\nsize                            4    ${8 * GiB}\nc_min                           4    ${GiB}\nc_max                           4    ${8 * GiB}\n`,
    });
    expect(found.command).toBe(`printf %s ${4 * GiB} | sudo tee /sys/module/zfs/parameters/zfs_arc_max`);
    expect(found.instruction).toContain('the cache of ZFS (ARC) holds 8 GiB');
  });

  test('balloons and graphics, as far as the host tells', () => {
    const { instruction } = find({
      '/sys/bus/virtio/drivers/virtio_balloon/virtio3/x': '',
      '/sys/devices/system/xen_memory/xen_memory0/info/current_kb': '4194304\n',
      '/sys/devices/system/xen_memory/xen_memory0/target_kb': '4194304\n',
      '/sys/class/drm/card0/x': '',
    });
    expect(instruction).toMatch(
      /Of 16 GiB, 6 GiB are in no counter.*Xen leaves this host 4 GiB.*virtio balloon.*card0/,
    );
  });
});

describe('protect-service', () => {
  const holders = (victim: number, giant: number) => [
    { kind: 'task' as const, name: 'java', pid: 9, bytes: giant, killed: false, oomScoreAdj: 0 },
    { kind: 'task' as const, name: 'cart', pid: 29748, bytes: victim, killed: true, oomScoreAdj: 0 },
  ];
  const victims = [
    {
      pid: 29748,
      comm: 'cart',
      uid: 0,
      totalVmBytes: null,
      anonRssBytes: 50 * MiB,
      fileRssBytes: null,
      shmemRssBytes: null,
      oomScoreAdj: 0,
    },
  ];
  const small = { victims, holders: holders(50 * MiB, GiB) };
  const unit = '/system.slice/cart.service';
  const cart = {
    limit: null,
    task: identity({ kind: 'systemd', unit: 'cart.service', text: 'the systemd unit cart.service' }),
  };

  test('a small service of systemd that was killed for a giant: by hand, through systemd', () => {
    const files = v2Files({
      ...never,
      ...systemd,
      ...v2MemoryCgroup(unit, { limit: 'max', usage: 60 * MiB, anon: 50 * MiB }),
    });
    const { found } = remedy(
      'protect-service',
      global([], { ...small, taskCgroup: unit, whose: cart }),
      onFiles(files),
    );
    expect(found).toMatchObject({ manual: true, title: 'Protect cart.service from the next kill' });
    expect(found!.command).toBe(
      "sudo mkdir -p '/etc/systemd/system/cart.service.d' && printf '[Service]\\nOOMScoreAdjust=%s\\n' -500 | sudo tee '/etc/systemd/system/cart.service.d/50-oom-score.conf' && sudo systemctl daemon-reload && sudo systemctl set-property 'cart.service' MemoryMin=52428800",
    );
    expect(found!.why).toBe(
      'cart held 50 MiB and was killed, while java held 1 GiB. This prevents no kill: another is killed in its place.',
    );
  });

  test('a cgroup of nobody: its memory.min, what its own guards let through', () => {
    const files = v2Files({ ...never, ...shop('max'), [`${v2Root}/shop/memory.min`]: '0\n' });
    const incident = global([], { ...small, taskCgroup: '/shop' });
    const { found } = remedy('protect-service', incident, onFiles(files));
    expect(found).toMatchObject({
      manual: false,
      risk: 'medium',
      parameters: { cgroup: '/shop', protection: 50 * MiB },
    });
    const full = meminfo(files, { MemTotal: 52 * MiB });
    expect(remedy('protect-service', incident, onFiles(full)).found).toBeNull();
    expect(remedy('protect-service', incident, onFiles(v2Files({ ...never, ...shop('max') }))).found).toBeNull();
  });

  test('what grew itself is not, and it is said', () => {
    const { found, notes } = remedy(
      'protect-service',
      global([], { victims, holders: holders(GiB, GiB), whose: cart }),
      onFiles(v2Files(never)),
    );
    expect([found, notes.join()]).toEqual([null, expect.stringContaining('the kill would only move to another')]);
  });

  test('a container: its engine’s own way', () => {
    const whose = { limit: null, task: identity({}) };
    const { found, notes } = remedy('protect-service', global([], { ...small, whose }), onFiles(v2Files(never)));
    expect([found, notes.join()]).toEqual([null, expect.stringContaining('docker run --oom-score-adj -500')]);
  });

  test('asked for by name: a unit, a cgroup, or an error that says what to set', () => {
    const fill = (...flags: string[]) => fillTemplate(builtIn('protect-service'), parseSetFlags(flags)).steps;
    expect(fill('unit=cart.service').map(({ id }) => id)).toEqual(['prefer-others']);
    expect(fill('unit=cart.service', 'protection=64MiB').map(({ id }) => id)).toEqual([
      'prefer-others',
      'reserve-unit',
    ]);
    expect(fill('cgroup=/shop', 'protection=64MiB')).toMatchObject([
      { id: 'reserve', action: 'cgroup.memory.min', with: { cgroup: '/shop', min: 64 * MiB }, risk: 'medium' },
    ]);
    for (const flags of [[], ['cgroup=/shop'], ["unit=a'; reboot #.service"], ['unit=-x.service'], ['unit=cart']]) {
      expect(() => fill(...flags)).toThrow(expect.objectContaining({ code: 'call.parameter' }));
    }
  });
});

describe('what no playbook answers is told with its command', () => {
  test.each<[Factor, Parameters<typeof facts>[0], Files, string]>([
    [
      'low-zone',
      { cause: 'global-memory' },
      v2Files({ '/proc/sys/vm/lowmem_reserve_ratio': '256\t256\t32\t0\t0\n' }),
      "sudo sysctl -w vm.lowmem_reserve_ratio='128 128 16 0 0'",
    ],
    ['cma-only-free', { cause: 'global-memory' }, meminfo(v2Files(), { CmaTotal: 512 * MiB }), 'cma=256M'],
    [
      'kernel-memory-limit',
      {},
      v1Files({
        ...v1MemoryCgroup('/shop', { limit: String(60 * MiB), usage: 0, anon: 0 }),
        '/sys/fs/cgroup/memory/shop/memory.kmem.limit_in_bytes': '100\n',
      }),
      'printf %s -1 | sudo tee /sys/fs/cgroup/memory/shop/memory.kmem.limit_in_bytes',
    ],
    ['oom-group', {}, v2Files(shop()), 'printf %s 0 | sudo tee /sys/fs/cgroup/shop/memory.oom.group'],
    [
      'oom-group',
      { whose: { limit: null, task: identity({ kind: 'systemd', unit: 'cart.service' }) } },
      v2Files(shop()),
      'OOMPolicy=continue',
    ],
    [
      'oom-group',
      { whose: { limit: null, task: identity({ kind: 'kubernetes' }) } },
      v2Files(shop()),
      'singleProcessOOMKill: true',
    ],
    ['init-leak', { cause: 'memory-node' }, v2Files(), 'sudo systemctl daemon-reexec'],
  ])('%s', (factor, change, files, text) => {
    expect(propose(facts({ factors: [factor], ...change }), onFiles(files)).notes.join()).toContain(text);
  });
});

test('every factor has a remedy or a note of its own, live', () => {
  const own: Factor[] = ['slab-leak', 'thp-bloat', 'huge-page-reservation'];
  const files = v2Files({ ...shop(), ...process(400, 'java', GiB, '/shop', -1000) });
  const all: Factor[] = [
    'init-leak',
    'shared-memory',
    'page-tables',
    'unaccounted-memory',
    'mlocked',
    'no-swap',
    'swap-exhausted',
    'swap-limit',
    'kernel-memory-limit',
    'memory-policy',
    'low-zone',
    'cma-only-free',
    'oom-group',
    'protected-task',
    'no-killable-task',
  ];
  for (const factor of all) {
    const answers = (['cgroup-limit', 'global-memory', 'memory-node'] as const).map((cause) => {
      const count = (factors: Factor[]) => {
        const { remedies, notes } = propose(facts({ cause, factors }), onFiles(files));
        return remedies.length + notes.length + notes.join().length;
      };
      return count([factor]) !== count([]);
    });
    expect(answers, factor).toContain(true);
  }
  expect(all.length + own.length).toBe(18);
});
