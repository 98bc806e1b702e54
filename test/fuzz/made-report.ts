import { hostileNames, hostileNumbers } from './hostile.js';
import type { Random } from './random.js';

/** One report in the kernel's own words, without a carrier, of any release that prints it otherwise than the one before. */
export function madeReport(random: Random): string[] {
  return random.pick(kinds)(valuesOf(random));
}

interface Values {
  random: Random;
  comm: string;
  pid: string;
  cgroup: string;
  task: string;
  limit: string;
  size: string;
  order: string;
  number(usual: number): string;
}

const plainNames = ['cart', 'java', 'python3', 'kworker/0:1', '(sd-pam)', 'a b'];
const plainCgroups = ['/shop', '/shop/cart', '/system.slice/cart.service', '/docker/0123456789abcdef', '/', '/a,b'];

function valuesOf(random: Random): Values {
  // most values are as they should be: a report that is wrong in everything is read as nothing
  const name = () => (random.once(8) ? random.pick(hostileNames) : random.pick(plainNames));
  const cgroup = () => (random.once(8) ? `/${random.pick(hostileNames)}` : random.pick(plainCgroups));
  const number = (usual: number) => (random.once(25) ? random.pick(hostileNumbers) : String(random.nat(usual)));
  const limit = random.once(3) ? number(1e9) : '61440';
  const own = cgroup();
  return {
    random,
    comm: name(),
    pid: number(99_999),
    cgroup: own,
    task: random.once(2) ? own : `${own === '/' ? '' : own}/${name()}`,
    limit,
    size: number(1e7),
    order: random.once(4) ? number(12) : '0',
    number,
  };
}

const gfp = '0xcc0(GFP_KERNEL)';
const sizesOf = ({ size, number }: Values) =>
  `total-vm:${size}kB, anon-rss:${number(1e6)}kB, file-rss:${number(1e4)}kB`;

function table({ random, comm, pid, number }: Values, heading: string, columns: number): string[] {
  const row = (id: string, name: string) =>
    `[${id.padStart(7)}] ${Array.from({ length: columns }, () => number(1e5).padStart(6)).join(' ')} ${name}`;
  const others = Array.from({ length: random.nat(6) }, (_, index) => row(String(index + 1), random.pick(plainNames)));
  return [heading, ...others, row(pid, comm)];
}

function memInfo({ number, random }: Values): string[] {
  const zone = (node: number, name: string) => [
    `Node ${node} ${name} free:${number(1e5)}kB min:45148kB low:56432kB high:67716kB active_anon:${number(1e6)}kB managed:${number(1e8)}kB free_cma:${number(10)}kB`,
    'lowmem_reserve[]: 0 0 0 0 0',
  ];
  const nodes = Array.from({ length: 1 + random.nat(2) }, (_, node) => node);
  return [
    'Mem-Info:',
    `active_anon:${number(1e6)} inactive_anon:${number(1e6)} isolated_anon:0`,
    ` free:${number(1e6)} free_pcp:0 free_cma:${number(5)} slab_unreclaimable:${number(1e6)} shmem:${number(1e5)} pagetables:${number(1e4)}`,
    ...nodes.flatMap((node) => [...zone(node, 'DMA32'), ...zone(node, 'Normal')]),
    ...nodes.map(
      (node) =>
        `Node ${node} Normal: ${number(9e3)}*4kB (UME) ${number(900)}*8kB (UM) ${number(9)}*16kB (H) 0*32kB = ${number(1e5)}kB`,
    ),
    ...nodes.map(
      (node) =>
        `Node ${node} hugepages_total=${number(400)} hugepages_free=${number(400)} hugepages_surp=0 hugepages_size=2048kB`,
    ),
    `Free swap  = ${number(1e6)}kB`,
    `Total swap = ${number(1e6)}kB`,
    `${number(4e6)} pages RAM`,
    `${number(1e5)} pages reserved`,
  ];
}

const tail = ['uid', 'tgid', 'total_vm', 'rss'];
const heading = (columns: string[]) => `[  pid  ]   ${[...tail, ...columns].join(' ')} name`;

const kinds: ((values: Values) => string[])[] = [
  // 2.6.32, a cgroup's limit
  (values) => [
    `${values.comm} invoked oom-killer: gfp_mask=0xd0, order=${values.order}, oom_adj=0`,
    `${values.comm} cpuset=${values.cgroup.slice(1) || '/'} mems_allowed=0`,
    `Pid: ${values.pid}, comm: ${values.comm} Not tainted 2.6.32-754.el6.x86_64 #1`,
    `Task in ${values.task} killed as a result of limit of ${values.cgroup}`,
    `memory: usage ${values.limit}kB, limit ${values.limit}kB, failcnt ${values.number(1e4)}`,
    'memory+swap: usage 0kB, limit 9007199254740991kB, failcnt 0',
    ...table(values, heading(['cpu', 'oom_adj', 'oom_score_adj']), 7),
    `Memory cgroup out of memory: Kill process ${values.pid} (${values.comm}) score ${values.number(1000)} or sacrifice child`,
    `Killed process ${values.pid}, UID ${values.number(1e3)}, (${values.comm}) ${sizesOf(values)}`,
  ],
  // 3.10 to 4.20
  (values) => [
    `${values.comm} invoked oom-killer: gfp_mask=0x24000c0(GFP_KERNEL), nodemask=(null), order=${values.order}, oom_score_adj=${values.number(1000)}`,
    `${values.comm} cpuset=/ mems_allowed=0-1`,
    `CPU: 1 PID: ${values.pid} Comm: ${values.comm} Not tainted 4.19.91-24.1.al7.x86_64 #1`,
    `Task in ${values.task} killed as a result of limit of ${values.random.pick([values.cgroup, 'host'])}`,
    `memory: usage ${values.limit}kB, limit ${values.limit}kB, failcnt ${values.number(1e4)}`,
    'kmem: usage 0kB, limit 9007199254740988kB, failcnt 0',
    `Memory cgroup stats for ${values.cgroup}: cache:0KB rss:${values.number(1e6)}KB rss_huge:0KB`,
    ...table(values, heading(['pgtables_bytes', 'swapents', 'oom_score_adj']), 7),
    `Memory cgroup out of memory: Kill process ${values.pid} (${values.comm}) score 999 or sacrifice child`,
    `Killed process ${values.pid} (${values.comm}) ${sizesOf(values)}, shmem-rss:0kB`,
    `oom_reaper: reaped process ${values.pid} (${values.comm}), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`,
  ],
  // 5.0 on, a cgroup's limit
  (values) => [
    `${values.comm} invoked oom-killer: gfp_mask=${gfp}, order=${values.order}, oom_score_adj=0`,
    `CPU: 0 UID: 0 PID: ${values.pid} Comm: ${values.comm} Not tainted 6.12.9 #1 PREEMPT(voluntary)`,
    `memory: usage ${values.limit}kB, limit ${values.limit}kB, failcnt ${values.number(1e4)}`,
    `swap: usage 0kB, limit ${values.number(10)}kB, failcnt 0`,
    `Memory cgroup stats for ${values.cgroup}:`,
    `anon ${values.number(1e9)}`,
    `file ${values.number(1e9)}`,
    `constructor ${values.number(1e9)}`,
    'Tasks state (memory values in pages):',
    ...table(values, heading(['rss_anon', 'rss_file', 'rss_shmem', 'pgtables_bytes', 'swapents', 'oom_score_adj']), 10),
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=shop,mems_allowed=0-1,oom_memcg=${values.cgroup},task_memcg=${values.task},task=${values.comm},pid=${values.pid},uid=${values.number(1e3)}`,
    `Memory cgroup out of memory: Killed process ${values.pid} (${values.comm}) ${sizesOf(values)}, shmem-rss:0kB, UID:0 pgtables:44kB oom_score_adj:0`,
    `Tasks in ${values.cgroup} are going to be killed due to memory.oom.group set`,
  ],
  // 5.0 on, the host's memory or a node's
  (values) => [
    `${values.comm} invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO|__GFP_COMP), order=${values.order}, oom_score_adj=0`,
    `CPU: 0 PID: ${values.pid} Comm: ${values.comm} Not tainted 6.1.0-56-amd64 #1  Debian 6.1.1-1`,
    ...memInfo(values),
    'Unreclaimable slab info:',
    'Name                      Used          Total',
    `${values.comm}            ${values.number(1e5)}KB    ${values.number(1e6)}KB`,
    'Tasks state (memory values in pages):',
    ...table(values, heading(['pgtables_bytes', 'swapents', 'oom_score_adj']), 7),
    `oom-kill:constraint=CONSTRAINT_${values.random.pick(['NONE', 'CPUSET', 'MEMORY_POLICY', 'BPF_PSI_MEM'])},nodemask=${values.random.pick(['(null)', '0', '0-1', '5'])},cpuset=${values.cgroup.slice(1) || '/'},mems_allowed=${values.random.pick(['0', '1', '0-1', '7'])},global_oom,task_memcg=${values.task},task=${values.comm},pid=${values.pid},uid=0`,
    `Out of memory: Killed process ${values.pid} (${values.comm}) ${sizesOf(values)}, shmem-rss:0kB, UID:0 pgtables:44kB oom_score_adj:0`,
  ],
  // a failed allocation
  (values) => [
    `${values.comm}: page allocation failure: order:${values.number(11)}, mode:${gfp}, nodemask=(null),cpuset=/,mems_allowed=0`,
    `CPU: 0 PID: ${values.pid} Comm: ${values.comm} Not tainted 5.14.0-427.el9.x86_64 #1`,
    ...memInfo(values),
  ],
  // none to kill
  (values) => [
    `${values.comm} invoked oom-killer: gfp_mask=${gfp}, order=0, oom_score_adj=-1000`,
    ...memInfo(values),
    'Out of memory and no killable processes...',
    'Kernel panic - not syncing: System is deadlocked on memory',
  ],
  (values) => [
    'sysrq: Manual OOM execution',
    `kworker/0:1 invoked oom-killer: gfp_mask=${gfp}, order=-1, oom_score_adj=0`,
    `Out of memory: Killed process ${values.pid} (${values.comm}) ${sizesOf(values)}`,
  ],
  (values) => [
    `Memory cgroup out of memory: Killed process ${values.pid} (${values.comm}) ${sizesOf(values)}, shmem-rss:0kB`,
  ],
  (values) => [`Killed ${values.cgroup} due to memory pressure for ${values.cgroup} being 80.00% > 60.00%`],
  (values) => [
    `sending SIGTERM to process ${values.pid} uid ${values.number(1e3)} "${values.comm}": badness 900, VmRSS ${values.number(1e4)} MiB`,
  ],
];
