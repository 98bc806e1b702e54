import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { UndoomError } from '../errors.js';
import type { FileSystemUse, HostFiles } from './files.js';
import { showUnit } from './systemctl.js';

type Problem = ReturnType<HostFiles['problem']>;

/** This running host's own files. One system call after another, no look before the read: files of /proc come and go. */
export function liveFiles(): HostFiles {
  return { ...fileSystem((path) => path, true), systemdUnit: showUnit(), fileSystem: useOf };
}

/**
 * A copy of a host's files below a folder (an unpacked sosreport). A link in it must not lead out of it: what it points
 * to is looked for inside.
 * @throws UndoomError call.root where there is no such folder
 */
export function treeFiles(directory: string): HostFiles {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    throw new UndoomError('call.root', `${directory} is no folder`, {
      hint: 'Name the folder that holds the copies of /proc and /sys, an unpacked sosreport say',
    });
  }
  const top = realpathSync(directory);
  return fileSystem((path) => inside(top, path), false);
}

/** @throws where the path leads out of the tree */
function inside(top: string, path: string): string {
  const resolved = realpathSync(join(top, path));
  const found = statSync(resolved);
  // reading a pipe or a device of a copy would wait for ever
  const readable = found.isFile() || found.isDirectory();
  if (readable && (resolved === top || resolved.startsWith(top + sep))) return resolved;
  const error: NodeJS.ErrnoException = new Error(`${path} leads out of ${top}, or is no file`);
  error.code = 'EACCES';
  throw error;
}

function fileSystem(locate: (path: string) => string, live: boolean): HostFiles {
  const problems = new Map<string, Problem>();
  const attempt = <Result>(path: string, read: () => Result): Result | null => {
    try {
      const result = read();
      problems.delete(path);
      return result;
    } catch (error) {
      problems.set(path, problemOf(error));
      return null;
    }
  };
  const startedAt = Date.now();
  return {
    live,
    read: (path) => attempt(path, () => readFileSync(locate(path), 'utf8')),
    list: (path) => attempt(path, () => readdirSync(locate(path)).sort()),
    folders: (path) => attempt(path, () => foldersIn(locate(path))),
    readLink: (path) => attempt(path, () => readlinkSync(locate(path))),
    problem: (path) => problems.get(path) ?? null,
    systemdUnit: () => null,
    fileSystem: () => null,
    now: () => startedAt,
  };
}

/** A folder of two links, `.` and its own name, has none in it (as find(1) knows): most cgroups are such. */
function foldersIn(path: string): string[] {
  if (lstatSync(path).nlink === 2) return [];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();
}

function problemOf(error: unknown): Problem {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH' || code === 'ENODEV') return 'absent';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'failed';
}

function useOf(path: string): FileSystemUse | null {
  try {
    const { bsize, blocks, bfree } = statfsSync(path);
    return { sizeBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize };
  } catch {
    return null;
  }
}
