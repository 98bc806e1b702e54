import { formatBytes } from '../text/bytes.js';
import type { RemedyMaker } from './remedy.js';

/** The check `init-rss`: process 1 is never killed, and should hold no more. */
const bloatedBytes = 200e6;

export const reexecSystemd: RemedyMaker = {
  playbook: 'reexec-systemd',
  causes: ['global-memory'],
  propose({ factors }, { host }) {
    const held = host?.init?.rssAnonBytes ?? null;
    const above = held !== null && held > bloatedBytes;
    if (!above && !factors.includes('init-leak')) return { remedy: null, note: null };
    if (!host) return { remedy: null, note: 'Process 1 held more than 200 MB: look at it on the host itself.' };
    if (!above) return { remedy: null, note: null };
    if (!host.init?.isSystemd || !host.hasSystemd) {
      return {
        remedy: null,
        note: `Process 1 (${host.init?.comm}) holds ${formatBytes(held)} and is not systemd: how to start it anew is its own matter.`,
      };
    }
    return {
      remedy: {
        title: 'Let systemd start itself anew',
        parameters: {},
        why: `Process 1 holds ${formatBytes(held)} of its own, above 200 MB, and the kernel never kills it; services go on running.`,
      },
      note: null,
    };
  },
};
