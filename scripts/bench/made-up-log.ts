/**
 * Logs as servers have them, made up anew each time and always the same: many programs' lines, some of them with words of
 * a report in them, and so many reports spread over the whole.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export type Kind = 'syslog' | 'dmesg' | 'journal-json' | 'near-misses';

interface Line {
  program: string;
  text: string;
}

/** Always the same figures, from 0 up to and without 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Below = (most: number) => number;

const hex = (below: Below, length: number) => Array.from({ length }, () => below(16).toString(16)).join('');

const everyday: ((below: Below) => Line)[] = [
  (below) => ({
    program: 'sshd',
    text: `Accepted publickey for deploy from 10.0.${below(256)}.${below(256)} port ${below(65536)} ssh2: ED25519 SHA256:${hex(below, 43)}`,
  }),
  () => ({ program: 'CRON', text: 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)' }),
  (below) => ({
    program: 'systemd',
    text: `session-${below(99999)}.scope: Deactivated successfully. Consumed 1.${below(999)}s CPU time, ${below(99)}.${below(9)}M memory peak.`,
  }),
  (below) => ({
    program: 'nginx',
    text: `10.1.${below(256)}.${below(256)} - - "GET /api/v1/items/${below(1e6)}?memory=low&kill=none HTTP/1.1" 200 ${below(99999)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"`,
  }),
  (below) => ({
    program: 'postgres',
    text: `[${below(99)}-1] LOG:  checkpoint complete: wrote ${below(9999)} buffers (0.${below(99)}%); 0 WAL file(s) added, 0 removed, 1 recycled; write=${below(99)}.${below(999)} s, total=${below(99)}.${below(999)} s`,
  }),
  (below) => ({
    program: 'api',
    text: `{"time":"2026-11-24T01:${below(60)}:${below(60)}Z","level":"info","msg":"request done","path":"/v1/users/${below(99999)}","ms":${below(9999)},"memory":"${below(999)}Mi","trace":"${hex(below, 32)}"}`,
  }),
  (below) => ({
    program: 'kubelet',
    text: `E1124 01:00:00.${below(999999)} pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"worker\\" with CrashLoopBackOff: back-off 5m0s restarting failed container=worker pod=worker-${hex(below, 5)}"`,
  }),
  (below) => ({
    program: 'kernel',
    text: `audit: type=1400 audit(1700000000.${below(999)}:${below(99999)}): apparmor="ALLOWED" operation="open" name="/proc/${below(9999)}/oom_score_adj" pid=${below(9999)} comm="snapd" requested_mask="w"`,
  }),
  (below) => ({
    program: 'kernel',
    text: `usb 1-${below(9)}: new high-speed USB device number ${below(99)} using xhci_hcd`,
  }),
  (below) => ({ program: 'dhclient', text: `DHCPACK of 10.0.0.${below(256)} from 10.0.0.1 (xid=0x${hex(below, 8)})` }),
  (below) => ({
    program: 'worker',
    text: `warning: ${below(99)} clients connected; Out of date cache, killing child ${below(9999)}; free: ${below(999)} MB, memory usage ${below(99)}%, limit 90%`,
  }),
  (below) => ({
    program: 'java',
    text: `WARN  [pool-${below(9)}-thread-${below(99)}] c.e.shop.OrderService - Order ${below(1e6)} took ${below(9999)} ms${' at com.example.shop.OrderService.place(OrderService.java:212)'.repeat(1 + below(20))}`,
  }),
];

const nearMisses: ((below: Below) => Line)[] = [
  (below) => ({
    program: 'audit',
    text: `type=1300 name="/proc/${below(9999)}/oom_score_adj" key="oom" comm="oomd" exe="/usr/bin/oom-kill-watch"`,
  }),
  (below) => ({
    program: 'supervisord',
    text: `Killing process ${below(9999)} (worker), out of memory budget: ${below(999)}MB free, limit ${below(999)}MB`,
  }),
  (below) => ({
    program: 'monitor',
    text: `memory: usage ${below(99)}%, oom kills so far: ${below(9)}, page allocations ${below(1e6)}, no killable child`,
  }),
  (below) => ({
    program: 'kernel',
    text: `audit: type=1327 oom_score_adj=-${below(1000)} proctitle=${hex(below, 40)}`,
  }),
  (below) => ({
    program: 'earlyom-exporter',
    text: `mem avail: ${below(9999)} of 15983 MiB, swap free: ${below(99)} MiB; Killed 0 processes`,
  }),
];

/** The lines of one report, of a cgroup or of the host. */
export function reportLines(below: Below): string[] {
  const comm = ['java', 'postgres', 'node', 'python3', 'nginx'][below(5)]!;
  const pid = 1000 + below(90_000);
  const ofHost = below(2) === 0;
  const cgroup = `/system.slice/${comm}.service`;
  const row = (of: number, name: string) =>
    `[${String(of).padStart(7)}]  1000 ${String(of).padStart(5)} ${String(below(9e6)).padStart(8)} ${String(below(9e5)).padStart(8)} ${String(4096 * below(999)).padStart(8)}        0             0 ${name}`;
  return [
    `${comm} invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0`,
    `CPU: ${below(16)} PID: ${pid} Comm: ${comm} Not tainted 6.1.0-25-amd64 #1  Debian 6.1.106-3`,
    'Call Trace:',
    ' <TASK>',
    ...[
      'dump_stack_lvl+0x44/0x5c',
      'dump_header+0x4a/0x211',
      'oom_kill_process.cold+0xb/0x10',
      'out_of_memory+0x1fd/0x4c0',
    ].map((frame) => ` ${frame}`),
    ' </TASK>',
    ...(ofHost ? hostLines(below) : cgroupLines(below, cgroup)),
    'Tasks state (memory values in pages):',
    '[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name',
    ...Array.from({ length: 6 }, () => row(1000 + below(90_000), 'worker')),
    row(pid, comm),
    `oom-kill:constraint=CONSTRAINT_${ofHost ? 'NONE' : 'MEMCG'},nodemask=(null),cpuset=/,mems_allowed=0,${ofHost ? 'global_oom' : `oom_memcg=${cgroup}`},task_memcg=${cgroup},task=${comm},pid=${pid},uid=1000`,
    `${ofHost ? 'Out of memory' : 'Memory cgroup out of memory'}: Killed process ${pid} (${comm}) total-vm:${below(9e6)}kB, anon-rss:${below(9e5)}kB, file-rss:${below(9e4)}kB, shmem-rss:0kB, UID:1000 pgtables:${below(999)}kB oom_score_adj:0`,
    `oom_reaper: reaped process ${pid} (${comm}), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`,
  ];
}

function hostLines(below: Below): string[] {
  return [
    'Mem-Info:',
    `active_anon:${below(9e5)} inactive_anon:${below(4e6)} isolated_anon:0`,
    ` active_file:${below(999)} inactive_file:${below(999)} isolated_file:0`,
    ` slab_reclaimable:${below(9999)} slab_unreclaimable:${below(99999)}`,
    ` free:${below(60000)} free_pcp:0 free_cma:0`,
    'Node 0 DMA32 free:155160kB boost:0kB min:152412kB low:190512kB high:228612kB reserved_highatomic:0KB present:3129152kB managed:3063616kB mlocked:0kB',
    'lowmem_reserve[]: 0 0 12000 12000',
    `Node 0 Normal free:${46000 + below(600)}kB boost:0kB min:46712kB low:58388kB high:70064kB reserved_highatomic:0KB present:13129152kB managed:13063616kB mlocked:0kB`,
    'Node 0 Normal: 1325*4kB (UME) 966*8kB (UME) 500*16kB (UME) 200*32kB (UME) 100*64kB (UE) 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 47560kB',
    'Free swap  = 0kB',
    'Total swap = 0kB',
    '4194304 pages RAM',
  ];
}

function cgroupLines(below: Below, cgroup: string): string[] {
  const limit = 204_800 + 1024 * below(999);
  const keys = ['anon', 'file', 'kernel', 'kernel_stack', 'pagetables', 'sec_pagetables', 'percpu', 'sock', 'shmem'];
  return [
    `memory: usage ${limit}kB, limit ${limit}kB, failcnt ${below(99999)}`,
    'swap: usage 0kB, limit 9007199254740988kB, failcnt 0',
    `Memory cgroup stats for ${cgroup}:`,
    ...keys.map((key) => `${key} ${4096 * below(50_000)}`),
  ];
}

/** One line as the carrier prints it, its time in seconds. */
function carry(kind: Kind, { program, text }: Line, seconds: number, below: Below): string {
  const date = new Date(Date.parse('2026-11-01T00:00:00Z') + seconds * 1000);
  if (kind === 'dmesg')
    return `[${seconds.toFixed(6).padStart(14)}] ${program === 'kernel' ? '' : `${program}[${below(9999)}]: `}${text}\n`;
  if (kind === 'journal-json') {
    const kernel = program === 'kernel';
    const fields = {
      __CURSOR: `s=${hex(below, 12)};i=${hex(below, 6)}`,
      __REALTIME_TIMESTAMP: String(Math.round(date.getTime() * 1000)),
      _BOOT_ID: '3c1e0f6a2b7d4e5f8a9b0c1d2e3f4a5b',
      PRIORITY: '6',
      _HOSTNAME: 'web-1',
      _TRANSPORT: kernel ? 'kernel' : 'syslog',
      SYSLOG_FACILITY: kernel ? '0' : '3',
      SYSLOG_IDENTIFIER: program,
      MESSAGE: text,
    };
    return `${JSON.stringify(fields)}\n`;
  }
  const stamp = date.toISOString();
  return `Nov ${String(date.getUTCDate()).padStart(2)} ${stamp.slice(11, 19)} web-1 ${program}${program === 'kernel' ? `: [${seconds.toFixed(6).padStart(14)}]` : `[${below(99999)}]:`} ${text}\n`;
}

export interface Wanted {
  kind: Kind;
  bytes: number;
  reports: number;
}

/** Writes a log of that size and a little more, with so many reports in it, evenly spread. */
export function writeLog(path: string, { kind, bytes, reports }: Wanted): void {
  const random = createRandom(1);
  const below: Below = (most) => Math.floor(random() * most);
  const lines = kind === 'near-misses' ? [...nearMisses, ...nearMisses, ...everyday] : everyday;
  const carrier: Kind = kind === 'near-misses' ? 'syslog' : kind;
  const file = openSync(path, 'w');
  let seconds = 0;
  let written = 0;
  let done = 0;
  while (written < bytes || done < reports) {
    const block: string[] = [];
    for (let length = 0; length < 1e6 && (written + length < bytes || done < reports); ) {
      seconds += 0.02;
      let next = '';
      if (done < reports && written + length >= ((done + 0.5) * bytes) / reports) {
        done++;
        // a kill is seldom within seconds of the one before
        seconds += 90;
        next = reportLines(below)
          .map((text) => carry(carrier, { program: 'kernel', text }, seconds, below))
          .join('');
      } else next = carry(carrier, lines[below(lines.length)]!(below), seconds, below);
      block.push(next);
      length += next.length;
    }
    const text = block.join('');
    written += writeSync(file, text);
  }
  closeSync(file);
}

/** Reports alone, one behind the other. */
export function writeReports(path: string, reports: number): void {
  const random = createRandom(2);
  const below: Below = (most) => Math.floor(random() * most);
  const file = openSync(path, 'w');
  for (let seconds = 0, done = 0; done < reports; done++) {
    seconds += 1 + below(100);
    writeSync(
      file,
      reportLines(below)
        .map((text) => carry('syslog', { program: 'kernel', text }, seconds, below))
        .join(''),
    );
  }
  closeSync(file);
}
