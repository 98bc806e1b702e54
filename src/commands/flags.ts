import { Flags } from '@oclif/core';
import { UndoomError } from '../errors.js';

/** Flags that several commands share. */
export const logFlags = {
  log: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    description: 'read this kernel log (repeatable; - for standard input; .gz and .zst as they are)',
  }),
  root: Flags.string({
    helpValue: 'DIR',
    description: 'read host state from a copy of /proc and /sys (an unpacked sosreport)',
  }),
  since: Flags.string({
    helpValue: 'TIME',
    description: 'only what happened since: 2026-11-20 10:00, "2 hours ago", yesterday',
  }),
  until: Flags.string({ helpValue: 'TIME', description: 'only what happened until' }),
  cpuset: Flags.string({
    helpValue: 'PATH',
    description: 'the cpuset that a report means, where several have the name that the kernel printed',
  }),
};

export const detailedExitcode = Flags.boolean({
  default: false,
  description: 'exit with 10 where incidents were found (diagnose) or changes are pending (a dry run)',
});

export const yes = Flags.boolean({ default: false, description: 'ask nothing: consent to what --max-risk allows' });
export const dryRun = Flags.boolean({
  default: false,
  description: 'show all of it and change nothing; needs no sudo',
});
export const maxRisk = Flags.option({
  options: ['low', 'medium', 'high'] as const,
  default: 'low' as const,
  description: 'the highest risk that may be run without a question',
})();
export const set = Flags.string({
  multiple: true,
  multipleNonGreedy: true,
  helpValue: 'NAME=VALUE',
  description: 'give a parameter its value (repeatable)',
});

/**
 * @param text a date and time as people write it, in this host's time zone
 * @returns milliseconds since the epoch; null for none
 * @throws UndoomError call.time
 */
export async function timeOf(text: string | undefined, flag: string): Promise<number | null> {
  if (text === undefined) return null;
  const { parseDate } = await import('chrono-node');
  const time = parseDate(text, new Date(), { forwardDate: false });
  if (!time) {
    throw new UndoomError('call.time', `--${flag} ${JSON.stringify(text)} is no time`, {
      hint: 'Write it as 2026-11-20 10:00, "2 hours ago" or yesterday',
    });
  }
  return time.getTime();
}
