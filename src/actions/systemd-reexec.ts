import { z } from 'zod';
import { UndoomError } from '../errors.js';
import type { Host } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import type { Action } from './action.js';

export type ReexecWith = Record<never, never>;

export const systemdReexec: Action<ReexecWith> = {
  name: 'systemd.reexec',
  summary: 'Lets systemd start itself anew with its state, which frees what it leaked. It has no inverse.',
  with: z.strictObject({}),
  was: null,
  reversible: false,
  lowestRisk: () => 'medium',

  plan(_args, host) {
    if (!host.init?.isSystemd || !host.hasSystemd) {
      throw new UndoomError('guard.unsupported', 'Process 1 of this host is not systemd: it cannot be started anew');
    }
    const held = host.init.rssAnonBytes;
    return {
      changes: [
        {
          kind: 'command',
          argv: [systemctlPath(host), 'daemon-reexec'],
          path: 'systemd (process 1)',
          before: held === null ? null : `holds ${formatBytes(held)}`,
          after: 'started anew, with its units as they are',
          undo: null,
          timeoutSeconds: 90,
        },
      ],
      was: null,
      guards: [],
      unknowns: ['how much it frees is known afterwards only'],
    };
  },

  observe: (_args, host) => ({ rssAnonBytes: host.init?.rssAnonBytes ?? null }),

  verify(_args, host, before) {
    const now = host.init?.rssAnonBytes ?? null;
    const then = before.rssAnonBytes;
    if (now === null || typeof then !== 'number') {
      return { ok: true, text: 'systemd was started anew; what it holds could not be read' };
    }
    const text = `process 1 held ${formatBytes(then)}, now ${formatBytes(now)}`;
    return now < then ? { ok: true, text } : { ok: false, text: `${text}: starting it anew freed nothing` };
  },
};

function systemctlPath(host: Host): string {
  const folder = ['/usr/bin', '/bin'].find((path) => host.files.list(path)?.includes('systemctl'));
  if (folder) return `${folder}/systemctl`;
  throw new UndoomError('guard.unsupported', 'systemctl is neither in /usr/bin nor in /bin');
}
