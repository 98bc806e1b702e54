import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

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
