import { parseList } from '../../text/lists.js';
import { isComm, type LineKind } from './line.js';

// kernel/cgroup/cpuset.c cpuset_print_current_mems_allowed(): the name is the last one only, and may hold anything
export const cpuset: LineKind = {
  name: 'cpuset',
  role: 'note',
  oomOnly: false,
  read(message) {
    if (!message.includes(' mems_allowed=')) return null;
    const match = /^(.{1,64}?) cpuset=(.{1,255}) mems_allowed=([\d,-]{1,200})$/.exec(message);
    if (!match || !isComm(match[1]!)) return null;
    return {
      slot: 'cpuset',
      trigger: { comm: match[1]!, pid: null },
      apply({ report }, quote) {
        report.cpusetName = match[2]!;
        report.memsAllowed = parseList(match[3]!);
        report.quotes.cpuset = quote;
      },
    };
  },
};
