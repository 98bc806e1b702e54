import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { UndoomError } from '../errors.js';
import type { LogPart } from './files.js';
import { createReportFinder } from './find-reports.js';
import { isJournalFolder } from './is-journal.js';
import { followJournal, kernelMatches, otherMatches } from './journal.js';
import type { Source } from './report.js';

/** journalctl(1) reads them, record by record; a file's name is given as its own argument, never to a shell. */
export async function readJournalFiles(path: string, name: string): Promise<LogPart> {
  const isFolder = isJournalFolder(path);
  const source: Source = { kind: 'journal', name, forgeable: !(isFolder && isOwn(path)) };
  const finder = createReportFinder(source);
  const from = isFolder ? `--directory=${path}` : `--file=${path}`;
  const { entries, exit, missing } = await followJournal([from, ...kernelMatches, '+', ...otherMatches], finder.push);
  if (missing) {
    throw new UndoomError('call.log', `${name} is a journal, and journalctl, which reads it, is not on this host`, {
      hint: 'Print it on a host that has it: journalctl --file FILE -o json | undoom diagnose --log -',
    });
  }
  if (exit !== 0 && entries === 0) {
    throw new UndoomError('call.log', `${name} could not be read by journalctl`, {
      hint: `See why: journalctl ${from} -n 1`,
    });
  }
  const warnings = exit === 0 ? [] : [`${name} is damaged or cut short: journalctl ended with ${exit}`];
  return { source, found: finder.end(), otherEnds: finder.otherEnds(), warnings };
}

/** Only journald, as root, writes to this host's own journal; a copy anyone may have made. */
function isOwn(path: string): boolean {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    const real = realpathSync(path);
    return id !== '' && ['/var/log/journal', '/run/log/journal'].some((folder) => real === join(folder, id));
  } catch {
    return false;
  }
}
