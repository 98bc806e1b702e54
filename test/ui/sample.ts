import type { Diagnosis, Identity, Incident } from '../../src/schemas/diagnosis.js';
import type { RunResult, StepResult } from '../../src/schemas/run.js';
import type { Screen } from '../../src/ui/screen.js';

const MiB = 2 ** 20;
export const now = Date.parse('2026-11-23T18:05:40Z');
export const plain: Screen = { columns: 80, color: false, unicode: true, now };

export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: '7f3a2c91',
    reportIds: ['7f3a2c91', '00ab12cd', '11ab12cd'],
    kind: 'oom-kill',
    killer: null,
    count: 3,
    time: '2026-11-23T18:01:32Z',
    firstTime: '2026-11-23T17:58:02Z',
    uptimeSeconds: null,
    hostName: 'web-1',
    kernel: '6.1.0-56-amd64',
    cause: 'cgroup-limit',
    confidence: 'high',
    factors: [],
    factorDetails: [],
    balance: null,
    choice: null,
    summary: '/shop reached its own limit of 200 MiB; the kernel killed cart (29748)',
    trigger: { comm: 'cart', pid: 29748, gfpMask: '0xcc0', gfpFlags: ['GFP_KERNEL'], order: 0, oomScoreAdj: 0 },
    constraint: 'memcg',
    limitCgroup: '/shop',
    taskCgroup: '/shop',
    levels: [],
    whose: { limit: null, task: null },
    aftermath: null,
    cpuset: { name: '/', path: '/' },
    limitBytes: 200 * MiB,
    usageBytes: 200 * MiB,
    failcnt: 26,
    nodes: [0],
    victims: [
      {
        pid: 29748,
        comm: 'cart',
        uid: 1000,
        totalVmBytes: 914 * MiB,
        anonRssBytes: 171 * MiB,
        fileRssBytes: 0,
        shmemRssBytes: 0,
        oomScoreAdj: 0,
      },
    ],
    holders: [
      { kind: 'task', name: 'cart', pid: 29748, bytes: 171 * MiB, killed: true, oomScoreAdj: 0 },
      { kind: 'cache', name: 'page cache', pid: null, bytes: 22 * MiB, killed: false, oomScoreAdj: null },
      { kind: 'kernel', name: 'kernel', pid: null, bytes: 4 * MiB, killed: false, oomScoreAdj: null },
      { kind: 'task', name: 'sh', pid: 29711, bytes: 3 * MiB, killed: false, oomScoreAdj: -998 },
    ],
    freeBlocks: [],
    evidence: [
      {
        source: 'journal',
        line: null,
        text: 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/shop,task_memcg=/shop,task=cart,pid=29748,uid=1000',
        shows: 'the kernel names the cgroup whose limit was hit',
      },
      { source: 'host', line: null, text: 'memory.events: oom_kill 3', shows: '/shop counts its kills itself' },
    ],
    forgeable: false,
    borneOut: true,
    elsewhere: false,
    remedies: [
      {
        playbook: 'raise-cgroup-limit',
        title: 'Raise the memory limit of /shop to 300 MiB',
        risk: 'low',
        parameters: { cgroup: '/shop', limit: 300 * MiB },
        why: 'It held its whole 200 MiB when the kernel killed; what it wanted is not known; 100 MiB more; the host keeps 11.1 GiB.',
        manual: false,
        instruction: null,
        command: null,
      },
      {
        playbook: 'end-tasks',
        title: 'End what is not needed in /shop',
        risk: 'low',
        parameters: {},
        why: 'cart (29748) holds 171 MiB, of shop.service.',
        manual: true,
        instruction: 'Stop what /shop can do without, the largest first.',
        command: 'sudo systemctl stop shop.service',
      },
    ],
    notes: [],
    ...changes,
  };
}

export function diagnosis(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    schema: 'undoom/diagnosis/1',
    sources: [{ kind: 'journal', name: 'journal', forgeable: false }],
    host: { name: 'web-1', machineId: 'abc', kernel: '6.1.0-56-amd64' },
    incidents: [incident()],
    overTime: {
      reports: 3,
      incidents: 1,
      firstTime: '2026-11-23T17:58:02Z',
      lastTime: '2026-11-23T18:01:32Z',
      clock: 'time',
      recurring: [],
      trends: [],
      complete: true,
    },
    balanceNow: null,
    checks: [
      {
        id: 'slab-unreclaimable',
        status: 'ok',
        value: 0.019,
        threshold: 0.1,
        unit: 'share',
        text: 'Kernel objects that cannot be reclaimed hold 1.9% of memory',
      },
      {
        id: 'init-rss',
        status: 'ok',
        value: 11 * MiB,
        threshold: 200 * MiB,
        unit: 'bytes',
        text: 'Process 1 (systemd) holds 11 MiB of its own',
      },
      {
        id: 'transparent-huge-pages',
        status: 'warning',
        value: 'always',
        threshold: 'madvise',
        unit: null,
        text: 'Every program gets huge pages, also those that touch little of them: madvise gives them to those that ask',
      },
      { id: 'node-free', status: 'ok', value: 0, threshold: 0, unit: 'nodes', text: 'This host has one memory node' },
      {
        id: 'swap',
        status: 'unknown',
        value: null,
        threshold: null,
        unit: null,
        text: 'The swap could not be read: cat /proc/swaps',
      },
    ],
    otherEnds: [],
    otherEndsLeftOut: 0,
    warnings: [],
    ...changes,
  };
}

export function step(changes: Partial<StepResult> = {}): StepResult {
  return {
    id: 'raise',
    title: 'Raise the memory limit of /shop',
    playbook: 'raise-cgroup-limit',
    action: 'cgroup.memory.limit',
    risk: 'low',
    status: 'pending',
    changes: [
      {
        kind: 'write',
        path: '/sys/fs/cgroup/shop/memory.max',
        before: '209715200',
        after: '314572800',
        command: 'printf %s 314572800 | sudo tee /sys/fs/cgroup/shop/memory.max',
      },
    ],
    guards: [
      { id: 'drift', ok: true, text: 'still as it was shown: limit 200 MiB' },
      { id: 'ancestors', ok: true, text: 'no ancestor binds below 300 MiB' },
      { id: 'headroom', ok: true, text: 'the host keeps 11.1 GiB' },
    ],
    verified: null,
    unknowns: [],
    instruction: null,
    command: null,
    ...changes,
  };
}

export function run(changes: Partial<RunResult> = {}): RunResult {
  return {
    schema: 'undoom/run/1',
    run: null,
    playbook: 'raise-cgroup-limit',
    mode: 'dry-run',
    outcome: 'pending',
    guards: [],
    steps: [step()],
    error: null,
    ...changes,
  };
}

export const identity = (facts: Partial<Identity>): Identity => ({
  kind: 'docker',
  text: 'the Docker container web (3f2a1b2c3d4e)',
  unit: null,
  container: null,
  containerName: null,
  runtime: null,
  pod: null,
  podNamespace: null,
  podUid: null,
  qosClass: null,
  machine: null,
  app: null,
  job: null,
  user: null,
  session: null,
  ...facts,
});
