import { describe, expect, test } from 'vitest';
import { judge } from '../../src/diagnosis/causes/index.js';
import type { Report } from '../../src/kernel-log/report.js';
import { aBuddy, aQuote, aReport, aTrigger, atLimit, aVictim, aZone, hugePages } from './a-report.js';

const verdict = (report: Report) => {
  const { cause, confidence } = judge(report);
  return `${cause} ${confidence}`;
};

describe('a cgroup limit', () => {
  test('is its own where the kernel names one cgroup twice', () => {
    const { cause, confidence, evidence, summary } = judge(atLimit());
    expect([cause, confidence]).toEqual(['cgroup-limit', 'high']);
    expect(evidence.map(({ line }) => line)).toEqual([9, 5]);
    expect(summary).toBe(
      '/shop reached its own limit of 60 MiB, and the kernel killed cart (29748), which asked for more',
    );
  });

  test('is the parent’s where the one is above the other', () => {
    const report = atLimit({ taskCgroup: '/shop/cart', trigger: aTrigger({ comm: 'sh', pid: 7 }) });
    expect(verdict(report)).toBe('parent-cgroup-limit high');
    expect(judge(report).summary).toBe(
      '/shop, above /shop/cart, reached its limit of 60 MiB, and the kernel killed cart (29748) when sh asked for more',
    );
  });

  test.each<[string, Partial<Report>, string]>([
    ['the root is above all', { limitCgroup: '/', taskCgroup: '/a' }, 'parent-cgroup-limit high'],
    ['a like beginning is no ancestor', { taskCgroup: '/shopping' }, 'unknown low'],
    [
      'a cgroup above the limit’s cannot be the task’s',
      { limitCgroup: '/shop/cart', taskCgroup: '/shop' },
      'unknown low',
    ],
    ['without the task’s cgroup', { taskCgroup: null }, 'unknown low'],
    [
      'memory.oom.group names one below the limit’s',
      { taskCgroup: null, oomGroupCgroup: '/shop/cart' },
      'parent-cgroup-limit high',
    ],
    [
      'memory.oom.group names the limit’s own: tasks may be below it',
      { taskCgroup: null, oomGroupCgroup: '/shop' },
      'unknown low',
    ],
    ['without any name', { limitCgroup: null, taskCgroup: null, constraint: null }, 'unknown low'],
    ['order 3 is still the cgroup’s', { trigger: aTrigger({ order: 3 }) }, 'cgroup-limit high'],
    ['no charge was printed', { memory: null }, 'cgroup-limit high'],
    [
      'a little below the limit',
      { memory: { usageBytes: 59 * 2 ** 20, limitBytes: 60 * 2 ** 20, failcnt: 1 } },
      'cgroup-limit high',
    ],
    [
      'far below the limit',
      { memory: { usageBytes: 20 * 2 ** 20, limitBytes: 60 * 2 ** 20, failcnt: 1 } },
      'cgroup-limit medium',
    ],
    ['no limit at all', { memory: { usageBytes: 42240 * 1024, limitBytes: 'max', failcnt: 0 } }, 'unknown low'],
    [
      'no limit, but one with swap',
      {
        memory: { usageBytes: 60 * 2 ** 20, limitBytes: 'max', failcnt: 0 },
        memorySwap: { usageBytes: 80 * 2 ** 20, limitBytes: 80 * 2 ** 20, failcnt: 3 },
      },
      'cgroup-limit high',
    ],
    ['a limit of nothing', { memory: { usageBytes: 0, limitBytes: 0, failcnt: 20 } }, 'cgroup-limit high'],
    [
      'a reason that mainline does not have',
      { constraint: null, constraintText: 'CONSTRAINT_BPF_PSI_MEM' },
      'unknown low',
    ],
    ['a statement outweighs short zones', { zones: [aZone('Normal', { free: 10, min: 100 })] }, 'cgroup-limit high'],
  ])('%s', (_, facts, expected) => {
    expect(verdict(atLimit(facts))).toBe(expected);
  });
});

describe('SysRq f', () => {
  test.each<[string, Partial<Report>]>([
    ['in a line of its own', { sysrq: true, victims: [aVictim()] }],
    ['as the order -1', { trigger: aTrigger({ order: -1 }), zones: [aZone('Normal', { free: 10, min: 100 })] }],
  ])('%s', (_, facts) => {
    expect(verdict(aReport(facts))).toBe('manual high');
  });
});

describe('who killed', () => {
  test('is not the kernel', () => {
    const report = aReport({ kind: 'userspace-kill', killer: 'systemd-oomd', scope: 'cgroup', victims: [aVictim()] });
    expect(verdict(report)).toBe('unknown low');
    expect(judge(report).summary).toBe('systemd-oomd killed cart (29748): this was not the kernel');
  });
});

describe('a memory node', () => {
  const onNode1: Partial<Report> = {
    trigger: aTrigger({ gfpFlags: ['GFP_HIGHUSER_MOVABLE', '__GFP_ZERO'] }),
    scope: 'global',
    memsAllowed: [1],
    memInfoPages: { free: 4111496 },
    zones: [aZone('Normal', { free: 43636, min: 45148, low: 441424, high: 837700 }, { node: 1 })],
    hugePages: [hugePages(0, 360, 360), hugePages(1, 360, 360)],
    quotes: { cpuset: aQuote('main cpuset=mm_cpuset mems_allowed=1') },
  };

  test.each<[string, Partial<Report>, string]>([
    ['stated for a cpuset', { constraint: 'cpuset', memInfoPages: null, zones: [] }, 'memory-node high'],
    ['stated for a policy', { constraint: 'memory-policy', memInfoPages: null, zones: [] }, 'memory-node high'],
    ['worked out: short here, free elsewhere', {}, 'memory-node high'],
    ['nothing is free elsewhere either', { memInfoPages: { free: 43636 / 4 + 100 } }, 'global-memory high'],
    ['what is free elsewhere was cut', { memInfoPages: null }, 'memory-node medium'],
    ['the kernel states that nothing bound it', { constraint: 'none' }, 'global-memory high'],
    ['the node was not short', { zones: [aZone('Normal', { free: 943636, min: 45148 }, { node: 1 })] }, 'unknown low'],
    ['all nodes were allowed', { memsAllowed: [0, 1] }, 'global-memory high'],
    [
      'one node, and no other named: elided lines prove nothing',
      {
        memsAllowed: [0],
        hugePages: [],
        zones: [aZone('Normal', { free: 43636, min: 45148 })],
      },
      'global-memory high',
    ],
    ['its own nodemask', { memsAllowed: null, nodemask: [1] }, 'memory-node high'],
  ])('%s', (_, facts, expected) => {
    expect(verdict(aReport({ ...onNode1, ...facts }))).toBe(expected);
  });

  test('says where memory was free', () => {
    expect(judge(aReport(onNode1)).summary).toBe(
      'Memory node 1 ran out, while 15.6 GiB were free elsewhere; the request was not allowed to use other nodes',
    );
  });
});

describe('fragmentation', () => {
  const pieces = aBuddy('Normal', [
    [1325, 'UME'],
    [966, 'UME'],
    [675, 'UME'],
    [0, 'M'],
  ]);
  const broken: Partial<Report> = {
    trigger: aTrigger({ comm: 'insmod', order: 3 }),
    scope: 'global',
    memsAllowed: [0],
    zones: [aZone('Normal', { free: 23500, min: 15892, low: 19864, high: 23836 })],
    buddy: [pieces],
  };

  test.each<[string, Partial<Report>, string]>([
    ['free above min, and no block of the order', {}, 'fragmentation high'],
    ['the line was cut after its last order', { buddy: [{ ...pieces, complete: false }] }, 'fragmentation high'],
    [
      'the line was cut before the order',
      { buddy: [aBuddy('Normal', [[1325, 'UME']], { complete: false })] },
      'fragmentation medium',
    ],
    ['no blocks were printed', { buddy: [] }, 'fragmentation medium'],
    [
      'only a block for atomic requests',
      {
        buddy: [
          aBuddy('Normal', [
            [9, 'U'],
            [0, ''],
            [0, ''],
            [2, 'H'],
          ]),
        ],
      },
      'fragmentation high',
    ],
    [
      'only a CMA block, and the request may not have it',
      {
        buddy: [
          aBuddy('Normal', [
            [9, 'U'],
            [0, ''],
            [0, ''],
            [2, 'C'],
          ]),
        ],
      },
      'fragmentation high',
    ],
    [
      'a CMA block serves a movable request',
      {
        trigger: aTrigger({ order: 3, gfpFlags: ['GFP_HIGHUSER_MOVABLE'] }),
        buddy: [
          aBuddy('Normal', [
            [9, 'U'],
            [0, ''],
            [0, ''],
            [2, 'C'],
          ]),
        ],
      },
      'global-memory low',
    ],
    ['below min is a shortage', { zones: [aZone('Normal', { free: 15000, min: 15892 })] }, 'global-memory high'],
    [
      'one zone of each',
      {
        zones: [
          aZone('DMA32', { free: 23500, min: 400, managed: 2000000 }, { reserve: [0, 0, 700, 700] }),
          aZone('Normal', { free: 6132, min: 6400, managed: 700000 }),
        ],
        buddy: [aBuddy('DMA32', [[5000, 'UME']]), pieces],
      },
      'fragmentation low',
    ],
    [
      'a zone with blocks that its reserve shuts out',
      {
        zones: [
          aZone('DMA', { free: 15908, min: 132, managed: 15908 }, { reserve: [0, 1951, 7801, 7801] }),
          aZone('DMA32', { free: 60196, min: 400, managed: 2000000 }, { reserve: [0, 0, 5850, 5850] }),
          aZone('Normal', { free: 23500, min: 15892, managed: 6000000 }, { reserve: [0, 0, 0, 0] }),
        ],
        buddy: [
          aBuddy('DMA', [
            [1, 'U'],
            [0, ''],
            [0, ''],
            [3, 'M'],
          ]),
          aBuddy('DMA32', [[9000, 'U']]),
          pieces,
        ],
      },
      'fragmentation high',
    ],
    [
      'order 0 cannot be fragmentation: the kernel said host, weakly',
      { trigger: aTrigger({ order: 0 }) },
      'global-memory low',
    ],
    [
      'order 0 with much free says nothing',
      { trigger: aTrigger({ order: 0 }), zones: [aZone('Normal', { free: 99500, min: 15892 })] },
      'unknown low',
    ],
    ['no order was told', { trigger: aTrigger({ order: null }) }, 'unknown low'],
  ])('%s', (_, facts, expected) => {
    expect(verdict(aReport({ ...broken, ...facts }))).toBe(expected);
  });

  test.each<[string, Partial<Report>, string]>([
    ['header and trace only', { zones: [], buddy: [] }, 'unknown low'],
    [
      'only the blocks: a likely reading',
      {
        zones: [],
        buddy: [
          aBuddy('Normal', [
            [14003, 'UME'],
            [25, 'UME'],
          ]),
        ],
      },
      'fragmentation low',
    ],
    [
      'only the blocks, one large enough',
      {
        zones: [],
        buddy: [
          aBuddy('Normal', [
            [0, ''],
            [0, ''],
            [0, ''],
            [0, ''],
            [0, ''],
            [1, 'U'],
          ]),
        ],
      },
      'unknown low',
    ],
    ['zones and blocks', {}, 'fragmentation high'],
  ])('a failed allocation of order 4: %s', (_, facts, expected) => {
    const failed = aReport({
      ...broken,
      kind: 'allocation-failure',
      scope: null,
      trigger: aTrigger({ order: 4 }),
      ...facts,
    });
    expect(verdict(failed)).toBe(expected);
  });
});

describe('the whole host', () => {
  test.each<[string, Partial<Report>, string]>([
    ['stated, order 0, no zones', { constraint: 'none', scope: 'global', trigger: aTrigger() }, 'global-memory medium'],
    ['stated, order not told', { constraint: 'none', scope: 'global' }, 'global-memory low'],
    [
      'stated, order 2, no zones: may be fragmentation',
      { constraint: 'none', scope: 'global', trigger: aTrigger({ order: 2 }) },
      'unknown low',
    ],
    ['out of memory, nothing else', { scope: 'global', victims: [aVictim()] }, 'global-memory low'],
    ['a header alone', { trigger: aTrigger() }, 'unknown low'],
    [
      'a page fault without flags: may be a cgroup’s',
      { trigger: aTrigger({ gfpMask: '0x0', gfpFlags: [] }) },
      'unknown low',
    ],
    [
      'zones without a report around them: no more than likely',
      { zones: [aZone('Normal', { free: 10, min: 100 })] },
      'global-memory low',
    ],
    [
      'zones of two nodes without a report around them',
      { zones: [aZone('Normal', { free: 10, min: 100 }), aZone('Normal', { free: 10, min: 100 }, { node: 1 })] },
      'unknown low',
    ],
    [
      'a little above its marks, in old kernels that looked at orders as well: the kernel’s word stands, weakly',
      {
        scope: 'global',
        trigger: aTrigger({ order: 1 }),
        zones: [aZone('Normal', { free: 5072, min: 3736, low: 4668, high: 5604 })],
        buddy: [
          aBuddy('Normal', [
            [277, ''],
            [25, ''],
          ]),
        ],
      },
      'global-memory low',
    ],
    [
      'limit of host; a low zone whose reserve was not printed',
      {
        quotes: { 'task-in': aQuote('Task in / killed as a result of limit of host') },
        scope: 'global',
        trigger: aTrigger({ gfpMask: '0x62****', gfpFlags: ['GFP_HIGHUSER_MOVABLE', '__GFP_ZERO'] }),
        zones: [
          aZone('DMA32', { free: 155160, min: 152412, low: 190512 }),
          aZone('Normal', { free: 46592, min: 46712, low: 58388 }),
        ],
      },
      'global-memory high',
    ],
    [
      'a low zone above its reserve is not short',
      {
        trigger: aTrigger({ gfpFlags: ['GFP_HIGHUSER_MOVABLE'] }),
        zones: [
          aZone('DMA32', { free: 905160, min: 2412, managed: 2000000 }, { reserve: [0, 0, 5850, 5850] }),
          aZone('Normal', { free: 46592, min: 46712, managed: 6000000 }, { reserve: [0, 0, 0, 0] }),
        ],
      },
      'unknown low',
    ],
    [
      'free only by CMA pages',
      {
        memsAllowed: [0],
        scope: 'global',
        trigger: aTrigger(),
        zones: [aZone('DMA', { free: 519112, min: 10428, cma: 513592 }, { reserve: [0, 0, 0] })],
      },
      'global-memory high',
    ],
    [
      'free only by pages kept for atomic requests',
      {
        memsAllowed: [0],
        scope: 'global',
        trigger: aTrigger(),
        zones: [aZone('Normal', { free: 20000, min: 10428, highatomic: 12000 })],
      },
      'global-memory high',
    ],
    [
      'a zone that the request cannot use does not count',
      {
        memsAllowed: [0],
        scope: 'global',
        trigger: aTrigger(),
        zones: [
          aZone('Normal', { free: 20, min: 100, managed: 9000 }),
          aZone('Movable', { free: 99999, min: 100, managed: 99999 }),
        ],
      },
      'global-memory high',
    ],
    [
      'a failed atomic allocation without zones',
      { kind: 'allocation-failure', trigger: aTrigger({ gfpMask: '0x20', gfpFlags: [] }) },
      'unknown low',
    ],
    [
      'short zones, and no line tells which nodes were allowed',
      { scope: 'global', trigger: aTrigger(), zones: [aZone('Normal', { free: 20, min: 100 })] },
      'global-memory medium',
    ],
    [
      'short zones of a node that is not the first, and no line tells which nodes were allowed',
      { scope: 'global', trigger: aTrigger(), zones: [aZone('Normal', { free: 20, min: 100 }, { node: 1 })] },
      'global-memory low',
    ],
    [
      'a failed allocation with short zones',
      {
        memsAllowed: [0],
        kind: 'allocation-failure',
        trigger: aTrigger(),
        zones: [aZone('Normal', { free: 20, min: 100 })],
      },
      'global-memory high',
    ],
  ])('%s', (_, facts, expected) => {
    expect(verdict(aReport(facts))).toBe(expected);
  });

  test('a summary never names what was not told', () => {
    expect(judge(aReport({ constraint: 'none', scope: 'global' })).summary).toBe('The host ran out of memory');
    expect(judge(aReport()).summary).toBe('The OOM killer was invoked; the lines do not tell why, nor what it killed');
  });
});
