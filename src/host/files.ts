/**
 * The only way undoom reads a host: text files and folders by absolute path. Live, a copied tree (`--root`), a
 * snapshot and tests all stand behind it, so that one code path serves all of them. Nothing here writes.
 */
export interface HostFiles {
  /**
   * @param path absolute, as on the host (`/proc/meminfo`)
   * @returns the text; null where the file is absent or may not be read
   */
  read(path: string): string | null;
  /** @returns the names in a folder, sorted; null where it is absent or may not be read */
  list(path: string): string[] | null;
  /** @returns the names of the folders in a folder, sorted, links left out; null as `list`. One look, however many files are there */
  folders(path: string): string[] | null;
  /** Why the last `read` or `list` of this path gave null: 'absent', 'denied' or 'failed'; null where it was read or never asked for */
  problem(path: string): 'absent' | 'denied' | 'failed' | null;
  /** Where a link points, resolved as far as possible (`/proc/1/exe`); null where it is none or may not be read */
  readLink(path: string): string | null;
  /**
   * What systemd says of a unit of the system (`Key=value` lines), from `systemctl show`, which changes nothing: how
   * often it restarted a service stands in no file. null where systemd does not run the host, or did not answer.
   */
  systemdUnit(name: string): string | null;
  /** How large a mounted file system is and how much of it is used (statfs(2)); null where it is none or does not tell */
  fileSystem(path: string): FileSystemUse | null;
  /** The time of the reading, milliseconds since the epoch (a snapshot's own) */
  now(): number;
  /** true where the files are this running host's: only then may anything be changed */
  readonly live: boolean;
}

export interface FileSystemUse {
  sizeBytes: number;
  usedBytes: number;
}
