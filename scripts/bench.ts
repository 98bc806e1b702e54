/**
 * `npm run bench`: how fast undoom is, each figure against a plain command on the same machine in the same run, and
 * docs/performance.md written from it. `npm run bench -- scan start` measures those alone and prints them, and
 * `npm run bench -- scan 100MB` with logs of that size in place of 1 GB.
 */
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LiveHost, makeLiveHost, memoryHierarchy } from './bench/live-host.ts';
import { type Kind, writeLog, writeReports } from './bench/made-up-log.ts';
import { type Command, type Comparison, compare, run, shell } from './bench/measure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const megabyte = 1e6;
// a small one is for a quick look: start-up weighs more in it
const smaller = process.argv.find((word) => /^\d{1,5}MB$/.test(word));
const gigabyte = smaller ? Number.parseInt(smaller, 10) * megabyte : 1e9;
const rounds = 5;

interface Row {
  what: string;
  command: string;
  against: string;
  figure: string;
  goal: string;
}

const folder = mkdtempSync(join(tmpdir(), 'undoom-bench-'));
let live: LiveHost | null = null;
const cleanUp = () => {
  live?.remove();
  live = null;
  rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });
}

const undoom = (...parameters: string[]): Command => ({
  shown: `undoom ${parameters.map((text) => text.replace(`${folder}/`, '')).join(' ')}`,
  file: process.execPath,
  parameters: [join(root, 'bin/run.js'), ...parameters],
});
const ourShell = (shown: string, script: string): Command =>
  shell(shown, script.replaceAll('UNDOOM', `'${process.execPath}' '${root}bin/run.js'`));
const words = 'invoked oom-killer';
const grep = (path: string, env: Record<string, string> = {}): Command => ({
  shown: `${env.LC_ALL ? `LC_ALL=${env.LC_ALL} ` : ''}grep -c '${words}' ${path.replace(`${folder}/`, '')}`,
  file: 'grep',
  parameters: ['-c', words, path],
  env,
});

const two = (number: number) => number.toFixed(2);
const seconds = (number: number) => (number < 1 ? `${Math.round(number * 1000)} ms` : `${two(number)} s`);
const megabytes = (bytes: number) => `${Math.round(bytes / megabyte)} MB`;

function against(what: string, ours: Command, theirs: Command, goal: string): Row {
  const found: Comparison = compare(ours, theirs, folder, rounds);
  return {
    what,
    command: ours.shown,
    against: theirs.shown,
    figure: `${two(found.ratio)} (${seconds(found.ours)} to ${seconds(found.theirs)})`,
    goal,
  };
}

/** A log of its own for one use, gone afterwards: a temporary folder may be small. */
function withLog(name: string, write: (path: string) => void, use: (path: string) => Row[]): Row[] {
  const path = join(folder, name);
  write(path);
  try {
    return use(path);
  } finally {
    rmSync(path, { force: true });
  }
}

const kinds: [Kind, string][] = [
  ['syslog', '1 GB of syslog with 40 reports'],
  ['dmesg', '1 GB as dmesg prints it, with 40 reports'],
  ['journal-json', '1 GB of journalctl -o json with 40 reports'],
  ['near-misses', '1 GB of lines that nearly are of a report, with 40 reports'],
];

const figures: Record<string, () => Row[]> = {
  scan: () =>
    kinds.flatMap(([kind, what]) =>
      withLog(
        `${kind}.log`,
        (path) => writeLog(path, { kind, bytes: gigabyte, reports: 40 }),
        (path) => [
          against(what, undoom('diagnose', '--log', path), grep(path), 'below 2'),
          ...(kind === 'syslog'
            ? [against(what, undoom('diagnose', '--log', path), grep(path, { LC_ALL: 'C' }), 'below 2')]
            : []),
        ],
      ),
    ),

  memory: () => {
    const peak = (what: string, path: string): Row => {
      const command = undoom('diagnose', '--json', '--log', path);
      const { peakBytes, status } = run(command, folder);
      if (status !== 0) throw new Error(`${command.shown} ended with ${status}`);
      return {
        what: `peak memory, ${what}`,
        command: command.shown,
        against: '',
        figure: megabytes(peakBytes),
        goal: 'below 150 MB',
      };
    };
    const filled = (what: string, name: string, byte: number) =>
      withLog(
        name,
        (path) => {
          const block = Buffer.alloc(1e7, byte);
          for (let index = 0; index < 100; index++) writeFileSync(path, block, { flag: 'a' });
        },
        (path) => [peak(what, path)],
      );
    return [
      ...[0.01, 0.1, 1].flatMap((size) =>
        withLog(
          'sized.log',
          (path) => writeLog(path, { kind: 'syslog', bytes: size * gigabyte, reports: 40 }),
          (path) => [peak(`${Math.round(size * 1000)} MB with 40 reports`, path)],
        ),
      ),
      ...filled('1 GB that is one line', 'one-line.log', 0x41),
      ...filled('1 GB of zeros', 'zeros.log', 0),
      ...withLog(
        'reports.log',
        (path) => writeReports(path, 20_000),
        (path) => [peak('20,000 reports', path)],
      ),
    ];
  },

  reports: () =>
    withLog(
      'reports.log',
      (path) => writeReports(path, 20_000),
      (path) =>
        [undoom('diagnose', '--log', path), undoom('diagnose', '--json', '--log', path)].map((command) => {
          const found = compare(command, grep(path), folder, 3);
          return {
            what: '20,000 reports, parsed whole',
            command: command.shown,
            against: grep(path).shown,
            figure: `${seconds(found.ours)} (grep ${seconds(found.theirs)})`,
            goal: 'below 5 s',
          };
        }),
    ),

  streams: () =>
    withLog(
      'stream.log',
      (path) => writeLog(path, { kind: 'syslog', bytes: 300 * megabyte, reports: 40 }),
      (path) => {
        run(shell('', `gzip -1 -k '${path}' && zstd -q -1 '${path}'`), folder);
        const shown = 'stream.log';
        return [
          against(
            '300 MB on standard input',
            ourShell(`cat ${shown} | undoom diagnose --log -`, `cat '${path}' | UNDOOM diagnose --log -`),
            shell(`cat ${shown} | grep -c '${words}'`, `cat '${path}' | grep -c '${words}'`),
            '',
          ),
          against(
            '300 MB in gzip',
            undoom('diagnose', '--log', `${path}.gz`),
            shell(`zcat ${shown}.gz | grep -c '${words}'`, `zcat '${path}.gz' | grep -c '${words}'`),
            '',
          ),
          against(
            '300 MB in zstd',
            undoom('diagnose', '--log', `${path}.zst`),
            shell(`zstdcat ${shown}.zst | grep -c '${words}'`, `zstdcat '${path}.zst' | grep -c '${words}'`),
            '',
          ),
        ];
      },
    ),

  start: () =>
    withLog(
      'short.log',
      (path) => writeReports(path, 1),
      (path) => {
        const node: Command = { shown: 'node -e 0', file: process.execPath, parameters: ['-e', '0'] };
        return [
          against('a short log', undoom('diagnose', '--log', path), node, 'below 2.2'),
          against('--help', undoom('--help'), node, 'below 2.2'),
        ];
      },
    ),

  live: () => {
    const hierarchy = memoryHierarchy();
    if (process.getuid?.() !== 0 || hierarchy === null) return [skipped('live', 'root and a memory controller')];
    live = makeLiveHost(hierarchy, 10_000, 2_000);
    try {
      // what strace(1) says that diagnose opens
      const names =
        hierarchy === '/sys/fs/cgroup'
          ? ['memory.current', 'memory.max', 'memory.stat', 'memory.events']
          : [
              'memory.usage_in_bytes',
              'memory.limit_in_bytes',
              'memory.stat',
              'memory.oom_control',
              'memory.kmem.usage_in_bytes',
            ];
      const named = (list: string[]) => list.map((name) => `-name ${name}`).join(' -o ');
      const script = [
        `find ${hierarchy} \\( ${named(names)} \\) -exec cat {} +`,
        `find /proc -maxdepth 2 -path '/proc/[0-9]*' \\( ${named(['status', 'cgroup', 'oom_score_adj'])} \\) -exec cat {} +`,
      ].join('; ');
      const what = `a live host with ${live.cgroups.toLocaleString('en')} cgroups and ${live.processes.toLocaleString('en')} processes`;
      return [against(what, undoom('diagnose'), shell(script, script), 'below 3')];
    } finally {
      live.remove();
      live = null;
    }
  },

  'short-of-memory': () => {
    const hierarchy = memoryHierarchy();
    if (process.getuid?.() !== 0 || hierarchy === null)
      return [skipped('short-of-memory', 'root and a memory controller')];
    const isV2 = hierarchy === '/sys/fs/cgroup';
    return withLog(
      'large.log',
      (path) => writeLog(path, { kind: 'syslog', bytes: gigabyte / 10, reports: 40 }),
      (path) => {
        const cgroup = join(hierarchy, `undoom-test-bench-${process.pid}`);
        mkdirSync(cgroup);
        try {
          writeFileSync(join(cgroup, isV2 ? 'memory.max' : 'memory.limit_in_bytes'), String(96 * 2 ** 20));
          const command = ourShell(
            'undoom diagnose --log large.log, in a cgroup of 96 MiB',
            `echo $$ > '${cgroup}/cgroup.procs' && exec UNDOOM diagnose --log '${path}'`,
          );
          const { status, peakBytes } = run(command, folder);
          const figure = status === 0 ? `done, with ${megabytes(peakBytes)} at most` : `ended with ${status}`;
          return [{ what: '100 MB with 40 reports', command: command.shown, against: '', figure, goal: 'done' }];
        } finally {
          rmdirSync(cgroup);
        }
      },
    );
  },
};

function skipped(name: string, missing: string): Row {
  return { what: name, command: '', against: '', figure: `not measured: it needs ${missing}`, goal: '' };
}

function page(rows: Row[]): string {
  const cell = (text: string) => (text === '' ? '' : text.replaceAll('|', '\\|'));
  const code = (text: string) => (text === '' ? '' : `\`${cell(text)}\``);
  const machine = cpus();
  return `# How fast undoom is

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: each figure is measured against a plain command, in turn with it, in the same
run on the same machine; a ratio is the median of ${rounds} pairs, start-up included. The logs are made up by
\`scripts/bench/made-up-log.ts\`, always the same, and are in the page cache. The machine: ${machine.length} cores, ${machine[0]?.model.trim()}, Linux
${release()}, Node ${process.versions.node}.

| what | command | against | figure | goal |
| ---- | ------- | ------- | ------ | ---- |
${rows.map(({ what, command, against: other, figure, goal }) => `| ${cell(what)} | ${code(command)} | ${code(other)} | ${cell(figure)} | ${cell(goal)} |`).join('\n')}

${reasons}`;
}

const reasons = `## Why it reads so

A log is mostly other programs' lines. What was measured on 1 GB of them (the same machine, quiet), and what came of it:

| how                                                                   | time          |
| --------------------------------------------------------------------- | ------------- |
| \`grep -c\` of one word                                                 | 0.32 s        |
| \`readSync\` into one buffer, nothing else                              | 0.07 s        |
| \`Buffer.indexOf\` of one word of 18 letters                            | 0.42 s        |
| \`Buffer.includes\` of six words, one after the other                   | 3.6 s         |
| one regular expression of eight words, over strings in latin1         | 2.2 to 4.4 s  |
| counting lines with \`Buffer.indexOf\`                                  | 0.7 to 1.0 s  |
| some thirty words at once, sixteen bytes at a time (WebAssembly)      | 0.19 s        |
| counting lines the same way                                           | 0.04 s        |

So \`src/kernel-log/scan/\` is a small WebAssembly module, of which \`scan.wat\` is the source: a needle is a few bytes that
every line that can begin a report has; three bytes of each are its fingerprint, looked up for sixteen places at once. A
second core would cost more to start than it could save. A plain file is read with \`readSync\` straight into the module's
memory. Around a line with a needle that may be the kernel's own, the lines of the report are decoded and parsed; all else
is only counted. Without WebAssembly the same is done by a regular expression, more slowly.
`;

try {
  const asked = process.argv.slice(2).filter((word) => word !== smaller);
  const unknown = asked.filter((name) => !(name in figures));
  if (unknown.length > 0)
    throw new Error(`There is no figure ${unknown.join(', ')}: ${Object.keys(figures).join(', ')}`);
  if (!existsSync('/usr/bin/time')) throw new Error('The bench needs GNU time: apt-get install time');
  const rows: Row[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(figures)) {
    for (const row of figures[name]!()) {
      rows.push(row);
      console.log(
        `${row.what}: ${row.figure}${row.goal === '' ? '' : ` [${row.goal}]`}\n    ${row.command}\n    ${row.against}`,
      );
    }
  }
  if (asked.length === 0 && !smaller) writeFileSync(join(root, 'docs/performance.md'), page(rows));
} finally {
  cleanUp();
}
