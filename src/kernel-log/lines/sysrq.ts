import type { LineKind } from './line.js';

// drivers/tty/sysrq.c
export const sysrq: LineKind = {
  name: 'sysrq',
  role: 'begin',
  oomOnly: true,
  read(message) {
    if (!/^(?:sysrq: )?(?:SysRq ?: )?Manual OOM execution$/i.test(message)) return null;
    return {
      slot: 'sysrq',
      apply({ report }, quote) {
        report.sysrq = true;
        report.quotes.sysrq = quote;
      },
    };
  },
};

/** Dumps that look like a report's inside and are none: sysrq m, an allocation that only stalled, vmalloc's own failures. */
export const otherDump: LineKind = {
  name: 'other-dump',
  role: 'other',
  oomOnly: false,
  read(message) {
    if (!/SysRq|sysrq|Show|OOM|page allocation stalls|vmalloc/i.test(message)) return null;
    const other =
      /^(?:sysrq: )?(?:SysRq ?: )?(?:Show Memory|Show State|OOM request ignored)/i.test(message) ||
      /^.{1,64}: (?:page allocation stalls for|vmalloc error: size|vmalloc: allocation failure)/.test(message);
    return other
      ? {
          slot: 'header',
          apply: (draft) => {
            draft.discard = true;
          },
        }
      : null;
  },
};
