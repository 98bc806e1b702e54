import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { UndoomError } from '../errors.js';
import type { LogPart } from './files.js';
import { createReportFinder } from './find-reports.js';
import { followJournal, kernelMatches, otherMatches } from './journal.js';
import type { Source } from './report.js';

const signature = 'LPKSHHRH';

/** A journal's own file begins with its signature, whatever it is called. */
export function isJournalFile(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const first = Buffer.alloc(signature.length);
    return readSync(descriptor, first, 0, first.length, 0) === first.length && first.toString('latin1') === signature;
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}

/** A folder of a journal's files alone (/var/log/journal/ID), or of such folders (/var/log/journal). */
export function isJournalFolder(path: string): boolean {
  const names = namesIn(path);
  const isFile = (name: string) => /\.journal~?$/.test(name);
  const hosts = names.filter((name) => /^[0-9a-f]{32}(?:\.|$)/.test(name));
  if (names.some(isFile)) return names.every((name) => isFile(name) || name === 'fss');
  return (
    hosts.length > 0 && hosts.length === names.length && hosts.every((name) => namesIn(join(path, name)).some(isFile))
  );
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

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
