/**
 * `diagnose --json`: the one source of its type and of `schemas/diagnosis.schema.json` (written by `npm run schemas`).
 * Sizes are bytes, shares 0 to 1. What the log or the host does not tell is null.
 */
import { z } from 'zod';
import { causes } from './causes.js';

const nullableInteger = z.int().nullable();
const nullableText = z.string().nullable();

export const causeSchema = z.enum(causes);

export const factorSchema = z.enum([
  'slab-leak',
  'init-leak',
  'thp-bloat',
  'huge-page-reservation',
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
]);

export const riskSchema = z.enum(['low', 'medium', 'high']);

export const sourceSchema = z.object({
  kind: z.enum(['journal', 'kmsg', 'dmesg', 'file', 'stdin', 'snapshot']),
  name: z.string(),
  forgeable: z.boolean(),
});

export const victimSchema = z.object({
  pid: z.int(),
  comm: nullableText,
  uid: nullableInteger,
  totalVmBytes: nullableInteger,
  anonRssBytes: nullableInteger,
  fileRssBytes: nullableInteger,
  shmemRssBytes: nullableInteger,
  oomScoreAdj: nullableInteger,
});

/** A line of the log, or a reading of the host (`source: "host"`, `line: null`, `text: "memory.failcnt: 26"`), and what it shows. */
export const evidenceSchema = z.object({
  source: z.string(),
  line: nullableInteger,
  text: z.string(),
  shows: z.string(),
});

export const remedySchema = z.object({
  playbook: z.string(),
  title: z.string(),
  risk: riskSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  why: z.string(),
  /** only steps that a person does: shown, never run */
  manual: z.boolean(),
  /** for a manual remedy: what to do, and the command where there is one */
  instruction: nullableText,
  command: nullableText,
});

/** What held the memory, largest first: tasks of the report's table, and what is not in tasks (page cache, kernel). */
export const holderSchema = z.object({
  kind: z.enum(['task', 'cache', 'shared-memory', 'kernel', 'other']),
  name: z.string(),
  pid: nullableInteger,
  bytes: z.int(),
  killed: z.boolean(),
  oomScoreAdj: nullableInteger,
});

/** A factor, with its share: of the host's RAM, of the limit that was hit, of the zones (or the node) that ran out, or of swap. */
export const factorDetailSchema = z.object({
  factor: factorSchema,
  bytes: nullableInteger,
  share: z.number().nullable(),
  of: z.enum(['ram', 'limit', 'zone', 'swap']).nullable(),
  text: z.string(),
});

/** What memory was used for: parts, largest first, that add up to the total. */
export const balanceSchema = z.object({
  of: z.enum(['host', 'cgroup']),
  totalBytes: z.int(),
  parts: z.array(z.object({ name: z.string(), bytes: z.int(), text: z.string() })),
  /** by how much the counters exceeded the total, being read one after another: taken off the largest parts */
  surplusBytes: z.int(),
  /** false where a counter was not printed, or the counters contradict each other */
  complete: z.boolean(),
});

/** A task of the table; score in the kernel's own points, bytes as they count in it: resident, swapped and page tables. */
export const candidateSchema = z.object({
  pid: z.int(),
  comm: z.string(),
  score: nullableInteger,
  bytes: z.int(),
  oomScoreAdj: nullableInteger,
  note: nullableText,
});

/** Why the kernel chose its victim: its score, worked out anew from the task table. */
export const choiceSchema = z.object({
  /** in words; what the points are */
  formula: z.string(),
  victim: z.object({ pid: z.int(), score: nullableInteger }).nullable(),
  /** the five highest, and the victim where it is not among them */
  ranking: z.array(candidateSchema),
  /** who held more than the victim, and was kept out by oom_score_adj */
  shielded: z.array(candidateSchema),
  /** who would have been chosen if no task had an oom_score_adj */
  withoutAdjustments: z.object({ pid: z.int(), comm: z.string(), bytes: z.int() }).nullable(),
  /** whether the victim has the highest score by this count; null where that cannot be said */
  agrees: z.boolean().nullable(),
  text: z.string(),
});

/** Who a cgroup is, in the words of whoever made it: from its path, with names where the live host has them. */
export const identitySchema = z.object({
  kind: z.enum([
    'systemd',
    'user-session',
    'docker',
    'podman',
    'containerd',
    'crio',
    'kubernetes',
    'slurm',
    'ecs',
    'nomad',
    'htcondor',
    'pbs',
    'proxmox',
    'lxc',
    'libvirt',
    'nspawn',
    'flatpak',
    'snap',
    'jupyter',
    'android',
  ]),
  text: z.string(),
  /** within a container it is the container's own systemd's */
  unit: nullableText,
  container: nullableText,
  containerName: nullableText,
  runtime: nullableText,
  pod: nullableText,
  podNamespace: nullableText,
  podUid: nullableText,
  qosClass: nullableText,
  machine: nullableText,
  app: nullableText,
  job: nullableText,
  /** a uid */
  user: nullableInteger,
  session: nullableText,
});

/** One cgroup of those from the killed task's up to the root. */
export const levelSchema = z.object({
  path: z.string(),
  whose: identitySchema.nullable(),
  /** its limit is the one that was hit */
  isLimit: z.boolean(),
  /** the killed task was in it */
  isTask: z.boolean(),
  limitBytes: z.union([z.int(), z.literal('max')]).nullable(),
  /** memory.high, where it is set */
  highBytes: nullableInteger,
  usageBytes: nullableInteger,
  peakBytes: nullableInteger,
  oomKills: nullableInteger,
  /** read from the live host, or from the report alone */
  source: z.enum(['now', 'report']),
  /** where its limit was hit: the largest below it now, as shares of that limit */
  children: z.array(z.object({ path: z.string(), usageBytes: z.int(), share: z.number() })),
});

/** What became of the killed task's service, as the live host has it. */
export const aftermathSchema = z.object({
  /** running: it went on; restarted: it was started anew since; stopped: it could be started; gone: nothing of it is left */
  state: z.enum(['running', 'restarted', 'stopped', 'gone', 'unknown']),
  /** since when it runs */
  sinceTime: nullableText,
  /** by its manager, as that counts them */
  restarts: nullableInteger,
  text: z.string(),
  /** starts it again, or shows it where it cannot be started by hand */
  command: nullableText,
});

export const incidentSchema = z.object({
  id: z.string(),
  reportIds: z.array(z.string()),
  kind: z.enum(['oom-kill', 'allocation-failure', 'userspace-kill']),
  killer: nullableText,
  count: z.int().min(1),
  time: nullableText,
  firstTime: nullableText,
  uptimeSeconds: z.number().nullable(),
  hostName: nullableText,
  kernel: nullableText,
  cause: causeSchema,
  confidence: z.enum(['high', 'medium', 'low']),
  factors: z.array(factorSchema),
  factorDetails: z.array(factorDetailSchema),
  summary: z.string(),
  trigger: z
    .object({
      comm: nullableText,
      pid: nullableInteger,
      gfpMask: nullableText,
      gfpFlags: z.array(z.string()),
      order: nullableInteger,
      oomScoreAdj: nullableInteger,
    })
    .nullable(),
  constraint: z.enum(['none', 'memcg', 'cpuset', 'memory-policy']).nullable(),
  limitCgroup: nullableText,
  taskCgroup: nullableText,
  /** from the killed task's cgroup up to the root; [] where no cgroup's limit was hit */
  levels: z.array(levelSchema),
  whose: z.object({ limit: identitySchema.nullable(), task: identitySchema.nullable() }),
  /** null for a log of elsewhere, or of before this boot */
  aftermath: aftermathSchema.nullable(),
  cpuset: z.object({ name: nullableText, path: nullableText }),
  limitBytes: nullableInteger,
  usageBytes: nullableInteger,
  failcnt: nullableInteger,
  nodes: z.array(z.int()).nullable(),
  victims: z.array(victimSchema),
  holders: z.array(holderSchema),
  balance: balanceSchema.nullable(),
  choice: choiceSchema.nullable(),
  /** free blocks by node, zone and order, where order matters (fragmentation, allocation failures) */
  freeBlocks: z.array(
    z.object({
      node: z.int(),
      zone: z.string(),
      blocks: z.array(z.object({ order: z.int(), count: z.int(), types: z.string() })),
    }),
  ),
  evidence: z.array(evidenceSchema),
  /** whether the source could have been written by anyone, and whether this host's own counters bear the report out; null where there is no live host to ask */
  forgeable: z.boolean(),
  borneOut: z.boolean().nullable(),
  /** true where the log is another host's, so that nothing may be run here without --this-host */
  elsewhere: z.boolean(),
  remedies: z.array(remedySchema),
  /** what a person should know where nothing safe can be proposed, or less than the rule asks for */
  notes: z.array(z.string()),
});

export const checkSchema = z.object({
  id: z.string(),
  status: z.enum(['ok', 'warning', 'unknown']),
  value: z.union([z.number(), z.string()]).nullable(),
  threshold: z.union([z.number(), z.string()]).nullable(),
  unit: nullableText,
  text: z.string(),
});

/** An end that looks like a kill of the OOM killer's and is another's word: a unit's result, a container's, a runtime's own. */
export const otherEndSchema = z.object({
  kind: z.enum(['sigkill', 'runtime-out-of-memory', 'service-oom-result', 'container-oom-result']),
  time: nullableText,
  source: z.string(),
  line: nullableInteger,
  text: z.string(),
  who: nullableText,
  means: z.string(),
});

/** One cause, cgroup or program over all reports. */
export const recurrenceSchema = z.object({
  /** cause: all reports of it; cgroup: those at its limit; victim: those of no known limit that took this program first */
  of: z.enum(['cause', 'cgroup', 'victim']),
  /** the cgroup, or the program; null for a cause */
  name: nullableText,
  kind: incidentSchema.shape.kind,
  killer: nullableText,
  cause: causeSchema,
  hostName: nullableText,
  reports: z.int().min(1),
  incidents: z.int(),
  firstTime: nullableText,
  lastTime: nullableText,
  /** between one report and the next; null where fewer than three have a time */
  medianSecondsBetween: z.number().nullable(),
  /** how wide each bucket is; null where there are none */
  bucketSeconds: nullableInteger,
  /** by the second at which each begins, since 1970 or since the start of the host (`clock`); empty ones are left out */
  buckets: z.array(z.object({ atSeconds: z.int(), reports: z.int() })),
});

/** One process from report to report, or one program that was killed as one process after another. */
export const trendSchema = z.object({
  of: z.enum(['process', 'program']),
  comm: z.string(),
  /** null for a program */
  pid: nullableInteger,
  /** the cgroup at whose limit a program was killed */
  cgroup: nullableText,
  hostName: nullableText,
  /** in how many reports it stands: two show a difference, three a trend */
  reports: z.int(),
  firstTime: nullableText,
  lastTime: nullableText,
  /** its resident size */
  firstBytes: z.int(),
  lastBytes: z.int(),
  smallestBytes: z.int(),
  largestBytes: z.int(),
  /** of a program: the limit at its first and its last kill */
  firstLimitBytes: nullableInteger,
  lastLimitBytes: nullableInteger,
  /** from the first report to the last; null where the log has no clock that tells */
  seconds: z.number().nullable(),
  /** null where there are fewer than three reports, it went up and down, or no minute passed */
  bytesPerHour: nullableInteger,
  /** grows, shrinks: at each report, by 10% and 1 MiB in all; steady: within 10% */
  pattern: z.enum(['grows', 'shrinks', 'steady', 'varies']),
  /** high: three reports at least, one way, the time known, and for a process the boot; medium: but for the time or the boot; low: all else */
  sureness: z.enum(['high', 'medium', 'low']),
  /** whether the log shows that no start of the host lies between; null where it does not tell */
  sameBoot: z.boolean().nullable(),
  /** leak: one process that grows over ten minutes or more; larger-than-limit: killed at one size, most of one limit, mostly within ten minutes of the kill before; null where the reports do not show which */
  looksLike: z.enum(['leak', 'larger-than-limit']).nullable(),
});

export const overTimeSchema = z.object({
  reports: z.int(),
  incidents: z.int(),
  firstTime: nullableText,
  lastTime: nullableText,
  /** what the buckets count by; null where the reports have no clock in common */
  clock: z.enum(['time', 'uptime']).nullable(),
  recurring: z.array(recurrenceSchema),
  trends: z.array(trendSchema),
  /** false where there was more than is kept */
  complete: z.boolean(),
});

export const diagnosisSchema = z.object({
  schema: z.literal('undoom/diagnosis/1'),
  sources: z.array(sourceSchema),
  host: z.object({ name: nullableText, machineId: nullableText, kernel: nullableText }).nullable(),
  incidents: z.array(incidentSchema),
  /** over all reports: what recurs, and how processes change */
  overTime: overTimeSchema,
  checks: z.array(checkSchema),
  /** what the host's memory is used for now; null where there is no host state to read */
  balanceNow: balanceSchema.nullable(),
  /** ends that other programs logged: no incidents, and bounded in number (newest last) */
  otherEnds: z.array(otherEndSchema),
  otherEndsLeftOut: z.int().min(0),
  warnings: z.array(z.string()),
});

export type Cause = z.infer<typeof causeSchema>;
export type Factor = z.infer<typeof factorSchema>;
export type Risk = z.infer<typeof riskSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Remedy = z.infer<typeof remedySchema>;
export type Holder = z.infer<typeof holderSchema>;
export type FactorDetail = z.infer<typeof factorDetailSchema>;
export type Balance = z.infer<typeof balanceSchema>;
export type Candidate = z.infer<typeof candidateSchema>;
export type Choice = z.infer<typeof choiceSchema>;
export type Identity = z.infer<typeof identitySchema>;
export type Level = z.infer<typeof levelSchema>;
export type Aftermath = z.infer<typeof aftermathSchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type Recurrence = z.infer<typeof recurrenceSchema>;
export type Trend = z.infer<typeof trendSchema>;
export type OverTime = z.infer<typeof overTimeSchema>;
export type Check = z.infer<typeof checkSchema>;
export type Diagnosis = z.infer<typeof diagnosisSchema>;
