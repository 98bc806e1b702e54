import { noKillable, oomGroup, panic, reaper } from './after-kill.js';
import { allocationFailure } from './allocation-failure.js';
import { buddy } from './buddy.js';
import { cgroupStats } from './cgroup-stats.js';
import { charge } from './charge.js';
import { cpu } from './cpu.js';
import { cpuset } from './cpuset.js';
import { header } from './header.js';
import { hugePages } from './huge-pages.js';
import { announce, killed } from './kill.js';
import type { LineKind } from './line.js';
import { memInfo } from './mem-info.js';
import { oomKill } from './oom-kill.js';
import { slabDump } from './slab-dump.js';
import { otherDump, sysrq } from './sysrq.js';
import { taskIn } from './task-in.js';
import { taskTable } from './task-table.js';
import { protection, totals } from './totals.js';
import { lowmemReserve, node, zone } from './zone.js';

/** Every kind of line that a report is made of. A line is of the first kind that reads it. */
export const lineKinds: LineKind[] = [
  header,
  allocationFailure,
  sysrq,
  otherDump,
  announce,
  killed,
  noKillable,
  panic,
  reaper,
  oomGroup,
  oomKill,
  taskIn,
  charge,
  cgroupStats,
  cpuset,
  cpu,
  zone,
  lowmemReserve,
  buddy,
  hugePages,
  node,
  memInfo,
  totals,
  protection,
  taskTable,
  slabDump,
];
