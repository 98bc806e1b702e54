import { parseList } from '../../text/lists.js';
import { nodemaskOf, requestOf } from './header.js';
import { isComm, type LineKind } from './line.js';

// mm/page_alloc.c warn_alloc(); before 2.6.39 or so a full stop stood where the colon is now
const pattern = /^([\s\S]{1,64}?): page allocation failure[.:] (order:-?\d{1,3}, mode:[\s\S]{1,2000})/;

export const allocationFailure: LineKind = {
  name: 'allocation-failure',
  role: 'begin',
  oomOnly: false,
  read(message) {
    if (!message.includes(': page allocation failure')) return null;
    const match = pattern.exec(message);
    if (!match || !isComm(match[1]!)) return null;
    return {
      slot: 'header',
      apply({ report }, quote) {
        const rest = match[2]!;
        report.kind = 'allocation-failure';
        report.quotes.header = quote;
        report.trigger = { ...requestOf(rest), comm: match[1]!, pid: null };
        report.nodemask = nodemaskOf(rest);
        const cpuset = /,cpuset=([\s\S]{1,255}),mems_allowed=([\d,-]{1,200})$/.exec(rest);
        if (cpuset) {
          report.cpusetName = cpuset[1]!;
          report.memsAllowed = parseList(cpuset[2]!);
        }
      },
    };
  },
};
