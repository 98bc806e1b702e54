import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { UndoomError } from '../errors.js';
import type { RecordedFiles } from './other-files.js';

/** The file of `undoom snapshot`: the log's reports line by line, and every answer of the host that a diagnosis asks for. */
export interface Snapshot<Source, Record> {
  log: { source: Source; records: Record[] }[];
  warnings: string[];
  files: RecordedFiles;
}

const schema = 'undoom/snapshot/1';
const beginning = `{"schema":"undoom/snapshot/`;

export function formatSnapshot(snapshot: Snapshot<unknown, unknown>): string {
  return `${JSON.stringify({ schema, ...snapshot })}\n`;
}

/** Told from the first bytes of a file, so that a large log is not read for it. */
export function isSnapshotFile(path: string): boolean {
  const buffer = Buffer.alloc(beginning.length);
  try {
    const descriptor = openSync(path, 'r');
    try {
      readSync(descriptor, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
  return buffer.toString() === beginning;
}

/** The same of a stream (standard input); what was read for it is put back. */
export async function isSnapshotStream(stream: NodeJS.ReadStream): Promise<boolean> {
  let read = Buffer.alloc(0);
  while (read.length < beginning.length) {
    const chunk: Buffer | null = stream.read();
    if (chunk === null) {
      if (stream.readableEnded || stream.destroyed) break;
      const ended = await new Promise<boolean>((resolve) => {
        stream.once('readable', () => resolve(false));
        stream.once('end', () => resolve(true));
        stream.once('error', () => resolve(true));
      });
      if (ended) break;
    } else {
      read = Buffer.concat([read, chunk]);
    }
  }
  if (read.length > 0 && !stream.readableEnded) stream.unshift(read);
  return read.toString('latin1', 0, beginning.length) === beginning;
}

/** @throws UndoomError call.snapshot */
export function readSnapshotFile<Source, Record>(path: string): Snapshot<Source, Record> {
  return parseSnapshot(readFileSync(path, 'utf8'), path);
}

/** @throws UndoomError call.snapshot for broken JSON, another shape, or a newer version */
export function parseSnapshot<Source, Record>(text: string, name: string): Snapshot<Source, Record> {
  const broken = (why: string, hint = 'Take it anew with undoom snapshot') =>
    new UndoomError('call.snapshot', `${name} is no snapshot that can be read: ${why}`, { hint });
  let document: { schema?: unknown } & Partial<Snapshot<Source, Record>>;
  try {
    document = JSON.parse(text);
  } catch {
    throw broken('its JSON is cut or broken');
  }
  if (document?.schema !== schema) {
    throw broken(
      `it says ${JSON.stringify(document?.schema)}, and this undoom reads ${schema}`,
      'Use the undoom that wrote it',
    );
  }
  const { log, warnings, files } = document;
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const mapOf = (value: unknown, holds: (one: unknown) => boolean) =>
    isRecord(value) && Object.values(value as object).every(holds);
  const isText = (value: unknown) => value === null || typeof value === 'string';
  const isNames = (value: unknown) =>
    value === null || (Array.isArray(value) && value.every((name) => typeof name === 'string'));
  const isUse = (value: unknown) =>
    value === null || (isRecord(value) && Object.values(value as object).every(Number.isSafeInteger));
  const shaped =
    Array.isArray(log) &&
    log.every(
      (part) => isRecord(part) && isRecord(part.source) && Array.isArray(part.records) && part.records.every(isRecord),
    ) &&
    Array.isArray(warnings) &&
    warnings.every((warning) => typeof warning === 'string') &&
    isRecord(files) &&
    typeof files!.now === 'number' &&
    [files!.files, files!.links, files!.problems, files!.units ?? {}].every((texts) => mapOf(texts, isText)) &&
    mapOf(files!.fileSystems ?? {}, isUse) &&
    [files!.folders, files!.subfolders].every((names) => mapOf(names, isNames));
  if (!shaped) throw broken('parts of it are missing or of another shape');
  return { log: log!, warnings: warnings!, files: files! };
}
