import { toNumber } from '../numbers.js';
import type { LineKind } from './line.js';

const release = String.raw`(?:Not tainted|Tainted:? [\s\S]{0,80}?) (\d\.\d{1,3}[^\s]{0,80}) #`;
// lib/dump_stack.c dump_stack_print_info(), and what architectures printed before 3.10
const current = new RegExp(
  `^CPU: \\d{1,5} (?:UID: \\d{1,10} )?PID: (\\d{1,10}) Comm: ([\\s\\S]{1,64}?)(?: Kdump: loaded)?(?: ${release}|$)`,
);
const older = new RegExp(`^Pid: (\\d{1,10}), comm: +([\\s\\S]{1,64}?)(?: ${release}|$)`);
const bare = new RegExp(`^CPU: +\\d{1,5} +${release}`);
const process = /^Process ([\s\S]{1,64}) \(pid: (\d{1,10}), /;

/** Who asked, and on which kernel. */
export const cpu: LineKind = {
  name: 'cpu',
  role: 'note',
  oomOnly: false,
  read(message) {
    if (!/^(?:CPU:|Pid:|Process )/.test(message)) return null;
    const line = message.slice(0, 600).replace(/\s+/g, ' ');
    const named = current.exec(line) ?? older.exec(line);
    if (named) return fact('cpu', named[3] ?? null, named[2]!, toNumber(named[1]));
    const owner = process.exec(line);
    if (owner) return fact('process', null, owner[1]!, toNumber(owner[2]));
    const kernel = bare.exec(line);
    return kernel ? fact('cpu', kernel[1]!, null, null) : null;
  },
};

function fact(
  slot: string,
  kernel: string | null,
  comm: string | null,
  pid: number | null,
): ReturnType<LineKind['read']> {
  return {
    slot,
    ...(comm === null ? {} : { trigger: { comm, pid } }),
    apply({ report }) {
      report.kernel ??= kernel;
      if (report.trigger && comm !== null) report.trigger.pid ??= pid;
    },
  };
}
