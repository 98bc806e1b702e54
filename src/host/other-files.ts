import type { FileSystemUse, HostFiles } from './files.js';

/** What a diagnosis asked for and was answered: plain data, kept in a snapshot. */
export interface RecordedFiles {
  now: number;
  files: Record<string, string | null>;
  folders: Record<string, string[] | null>;
  /** of these folders only the folders in them were asked for */
  subfolders: Record<string, string[] | null>;
  links: Record<string, string | null>;
  problems: Record<string, 'absent' | 'denied' | 'failed'>;
  /** not in snapshots that were taken before units were asked for */
  units?: Record<string, string | null>;
  fileSystems?: Record<string, FileSystemUse | null>;
}

/** Keeps every answer of another host's files. */
export function recordFiles(files: HostFiles): { files: HostFiles; recorded(): RecordedFiles } {
  const read = new Map<string, string | null>();
  const folders = new Map<string, string[] | null>();
  const subfolders = new Map<string, string[] | null>();
  const links = new Map<string, string | null>();
  const problems = new Map<string, 'absent' | 'denied' | 'failed'>();
  const units = new Map<string, string | null>();
  const fileSystems = new Map<string, FileSystemUse | null>();
  /** what is asked for elsewhere than of a file leaves no problem behind */
  const keepAnswer = <Answer>(kept: Map<string, Answer>, name: string, answer: Answer): Answer => {
    kept.set(name, answer);
    return answer;
  };
  const keep = <Answer>(kept: Map<string, Answer>, path: string, answer: Answer): Answer => {
    kept.set(path, answer);
    const problem = files.problem(path);
    if (problem) problems.set(path, problem);
    return answer;
  };
  return {
    files: {
      live: files.live,
      read: (path) => keep(read, path, files.read(path)),
      list: (path) => keep(folders, path, files.list(path)),
      folders: (path) => keep(subfolders, path, files.folders(path)),
      readLink: (path) => keep(links, path, files.readLink(path)),
      problem: files.problem,
      systemdUnit: (name) => keepAnswer(units, name, files.systemdUnit(name)),
      fileSystem: (path) => keepAnswer(fileSystems, path, files.fileSystem(path)),
      now: files.now,
    },
    recorded: () => ({
      now: files.now(),
      files: Object.fromEntries(read),
      folders: Object.fromEntries(folders),
      subfolders: Object.fromEntries(subfolders),
      links: Object.fromEntries(links),
      problems: Object.fromEntries(problems),
      units: Object.fromEntries(units),
      fileSystems: Object.fromEntries(fileSystems),
    }),
  };
}

/** Gives the answers that were recorded; what was never asked for is absent. */
export function recordedFiles({
  now,
  files,
  folders,
  subfolders,
  links,
  problems,
  units = {},
  fileSystems = {},
}: RecordedFiles): HostFiles {
  const own = <Answer>(record: Record<string, Answer>, path: string) =>
    Object.hasOwn(record, path) ? record[path]! : null;
  return {
    live: false,
    read: (path) => own(files, path),
    list: (path) => own(folders, path),
    folders: (path) => own(subfolders, path),
    readLink: (path) => own(links, path),
    problem: (path) =>
      own(problems, path) ??
      ([own(files, path), own(folders, path), own(subfolders, path)].every((answer) => answer === null)
        ? 'absent'
        : null),
    systemdUnit: (name) => own(units, name),
    fileSystem: (path) => own(fileSystems, path),
    now: () => now,
  };
}

/** Files from a plain map, the folders implied by their paths: for tests, and for planning on top of changes. */
export function mapFiles(
  files: Record<string, string>,
  options: {
    now?: number;
    live?: boolean;
    denied?: string[];
    units?: Record<string, string>;
    fileSystems?: Record<string, FileSystemUse>;
  } = {},
): HostFiles {
  const folders = new Map<string, Set<string>>();
  for (const path of Object.keys(files)) {
    const parts = path.split('/').slice(1);
    parts.forEach((part, index) => {
      const folder = `/${parts.slice(0, index).join('/')}`;
      folders.set(folder, (folders.get(folder) ?? new Set()).add(part));
    });
  }
  const denied = new Set(options.denied);
  const isThere = (path: string) => Object.hasOwn(files, path);
  return {
    live: options.live ?? false,
    read: (path) => (isThere(path) && !denied.has(path) ? files[path]! : null),
    list: (path) => {
      const names = folders.get(path);
      return names && !denied.has(path) ? [...names].sort() : null;
    },
    folders: (path) => {
      const names = folders.get(path);
      if (!names || denied.has(path)) return null;
      return [...names].filter((name) => folders.has(path === '/' ? `/${name}` : `${path}/${name}`)).sort();
    },
    readLink: () => null,
    problem: (path) => (denied.has(path) ? 'denied' : isThere(path) || folders.has(path) ? null : 'absent'),
    systemdUnit: (name) => options.units?.[name] ?? null,
    fileSystem: (path) => options.fileSystems?.[path] ?? null,
    now: () => options.now ?? 0,
  };
}

/** The same files with planned values in place: a dry run plans a later step on top of an earlier one's effect. */
export function overlayFiles(files: HostFiles, values: Map<string, string>): HostFiles {
  return {
    ...files,
    read: (path) => {
      const planned = values.get(path);
      return planned === undefined ? files.read(path) : `${planned}\n`;
    },
    problem: (path) => (values.has(path) ? null : files.problem(path)),
  };
}
