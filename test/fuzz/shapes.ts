/** Logs of any size made of one thing again and again: what takes more than its share of time shows here. */
export interface Shape {
  name: string;
  /** about so many bytes of it */
  make(bytes: number): string;
}

const repeated = (unit: string, bytes: number) => unit.repeat(Math.max(1, Math.ceil(bytes / unit.length)));

/** what a line may begin with before it goes on for ever: each leads to another reader */
const beginnings = [
  '',
  '[    1.000000] ',
  '> ',
  'kern.log:',
  '<4>1 2026-11-24T02:09:00Z ',
  'Nov 24 02:09:00 web-1 ',
  '[    1.000000] a invoked oom-killer: ',
  '[    1.000000] a invoked oom-killer: gfp_mask=0x0(',
  '[    1.000000] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=',
  '[    1.000000] Killed process 1 (',
  '[    1.000000] Out of memory: Kill process 1 (',
  '[    1.000000] Node 0 Normal free:1kB ',
  '[    1.000000] Node 0 Normal: 1*4kB',
  '[    1.000000] active_anon:1 ',
  '[    1.000000] [ 1] ',
  '[    1.000000] [ 1] 0 1 1 1 1 1 1',
  '[    1.000000] [ pid ] uid ',
  '[    1.000000] Task in /',
  '[    1.000000] Memory cgroup stats for /',
  '[    1.000000] CPU: 1 PID: 1 Comm: ',
  '[    1.000000] a cpuset=',
  '[    1.000000] memory: usage ',
  '[    1.000000] Tasks in /',
  '[    1.000000] lowmem_reserve[]:',
  'Nov 24 02:09:00 web-1 systemd-oomd[1]: Killed /',
  'Nov 24 02:09:00 web-1 earlyoom[1]: sending SIGTERM to process 1 "',
  '4,1,1000000,-;a invoked oom-killer: ',
  '{"MESSAGE":"',
  '{"MESSAGE":[',
  '   "dmesg": [\n         "msg": "',
  '__CURSOR=a\nMESSAGE\n',
];

const fillings = [
  'a',
  ' ',
  '\t',
  '1',
  '(',
  ')',
  ':',
  ',',
  '|',
  '[',
  '/',
  '=',
  '"',
  "'",
  '\\"',
  '\\x0a',
  '#012',
  '1 ',
  ' kB',
  '1kB ',
  'a:1kB ',
  'a_  b',
  '1*4kB ',
  '-1 ',
  ',task=',
  ',pid=1',
  ',mems_allowed=1',
  ',oom_memcg=/',
  ' killed as a result of limit of /',
  ' due to memory used ',
  ' are going to be killed',
  ' cpuset=',
  ' (x) score 1',
  ' Not tainted 1.1 ',
  '[1',
  '> ',
  '\u001b[m',
  '\0',
  'e\u0301',
];

const oneLine: Shape[] = beginnings.flatMap((beginning) =>
  fillings.map((filling) => ({
    name: `one line: ${JSON.stringify(beginning)} and ${JSON.stringify(filling)} again and again`,
    make: (bytes: number) => beginning + repeated(filling, bytes),
  })),
);

const kill = (pid: number) =>
  `Memory cgroup out of memory: Killed process ${pid} (cart) total-vm:9000kB, anon-rss:896kB, file-rss:4kB, shmem-rss:0kB`;
const header = 'a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0';

/** @param line of so many: their number is in it */
const lines =
  (line: (index: number) => string, first = '') =>
  (bytes: number): string => {
    const each = line(1000).length + 1;
    return (
      first + Array.from({ length: Math.max(1, Math.ceil(bytes / each)) }, (_, index) => `${line(index)}\n`).join('')
    );
  };

const stamp = (seconds: number) => `[${seconds.toFixed(6).padStart(12)}] `;

const manyLines: Shape[] = [
  { name: 'kills of one cgroup, an hour apart', make: lines((index) => `${stamp(index * 3600)}${kill(index)}`) },
  { name: 'kills in one burst', make: lines((index) => `${stamp(index / 100)}${kill(index)}`) },
  { name: 'one kill again and again', make: lines(() => `${stamp(1)}${kill(1)}`) },
  {
    name: 'a kill in a cgroup of its own each time',
    make: lines(
      (index) =>
        `${stamp(index)}oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,mems_allowed=0,oom_memcg=/pod-${index},task_memcg=/pod-${index},task=cart,pid=${index},uid=0`,
    ),
  },
  { name: 'first lines without an end', make: lines((index) => `${stamp(index / 1000)}${header}`) },
  { name: 'first lines without an end nor a stamp', make: lines(() => header) },
  {
    name: 'failed allocations',
    make: lines((index) => `${stamp(index)}a: page allocation failure: order:5, mode:0xcc0`),
  },
  {
    name: 'one table without an end',
    make: lines((index) => `${stamp(1)}[${index}] 0 ${index} 1 1 4096 0 0 a`, `${stamp(1)}${header}\n`),
  },
  {
    name: 'zones without an end',
    make: lines((index) => `${stamp(1)}Node ${index} Normal free:1kB min:2kB low:3kB`, `${stamp(1)}${header}\n`),
  },
  {
    name: 'a group that is killed without an end',
    make: lines(
      (index) => `${stamp(1)}Killed process ${index} (a) total-vm:1kB`,
      `${stamp(1)}${header}\n${stamp(1)}Tasks in /a are going to be killed due to memory.oom.group set\n`,
    ),
  },
  {
    name: 'statistics without an end',
    make: lines(
      (index) => `${stamp(1)}key_${index} 1`,
      `${stamp(1)}${header}\n${stamp(1)}Memory cgroup stats for /a:\n`,
    ),
  },
  {
    name: 'slab caches without an end',
    make: lines(
      (index) => `${stamp(1)}cache-${index} 1KB 1KB`,
      `${stamp(1)}${header}\n${stamp(1)}Unreclaimable slab info:\n`,
    ),
  },
  { name: 'a field of the journal without an end', make: lines(() => 'oom', '__CURSOR=a\nMESSAGE\n') },
  { name: 'an entry of the journal without an end', make: lines((index) => `OOM_${index}=x`, '__CURSOR=a\n') },
  { name: 'a dmesg in JSON without an end', make: lines(() => '"msg": "oom"', '   "dmesg": [\n') },
  {
    name: 'the rest of a wrapped line without an end',
    make: lines(() => 'order=0', `${stamp(1)}${header.slice(0, 30)}\n`),
  },
  { name: 'lines of one record without an end', make: lines(() => '               oom', `${stamp(1)}a oom\n`) },
  { name: 'short lines with a word of a report', make: lines(() => 'oom') },
  { name: 'empty lines after a first line', make: lines(() => '', `${stamp(1)}${header}\n`) },
  { name: 'a record of many lines', make: (bytes) => `${stamp(1)}${repeated(`#012${kill(1)}`, bytes)}` },
  { name: 'JSON of many lines', make: (bytes) => JSON.stringify({ MESSAGE: repeated(`${kill(1)}\n`, bytes) }) },
  { name: 'JSON as deep as it is long', make: (bytes) => `{"MESSAGE":${repeated('[', bytes)}` },
  {
    name: 'JSON with a field for each number',
    make: (bytes) => `{"MESSAGE":"oom"${Array.from({ length: bytes / 12 }, (_, index) => `,"k${index}":1`).join('')}}`,
  },
];

export const shapes: Shape[] = [...oneLine, ...manyLines];
