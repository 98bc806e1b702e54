import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where sosreport and a plain copy of a host keep what the kernel logged. */
const places: [folder: string, name: RegExp][] = [
  ['sos_commands/kernel', /^dmesg/],
  ['sos_commands/logs', /^journalctl/],
  ['var/log', /^(?:kern\.log|messages|syslog|dmesg)/],
];

/** The logs inside a copy of a host, by path within it. */
export function logsOfTree(root: string): string[] {
  return places.flatMap(([folder, name]) =>
    entries(join(root, folder))
      .filter((entry) => entry.isFile() && name.test(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort(),
  );
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
