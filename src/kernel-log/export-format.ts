import { recordOfFields } from './json-line.js';
import { type LogRecord, splitRecord } from './record.js';

const longestField = 65_536;

/** A value with line breaks while it is read: it ends where its length says, whatever its lines look like. */
interface OpenValue {
  name: string;
  /** the lines that its length was read from so far; null once that is whole */
  prefix: string[] | null;
  least: number;
  read: number;
}

/**
 * `journalctl -o export` (systemd.io/JOURNAL_EXPORT_FORMATS): `FIELD=value` lines, an empty line behind each entry. A
 * value with line breaks stands behind a line of its name alone, after its length in eight bytes.
 * @returns a reader of one line at a time; it gives null where a line is not of this format. Where lines are passed
 * over, the entry at hand is dropped
 */
export function createExportReader(): {
  read(line: string, number: number): LogRecord[] | null;
  passOver(): void;
} {
  let entry: Record<string, string> | null = null;
  let begun = 0;
  let open: OpenValue | null = null;

  const goOn = (value: OpenValue, fields: Record<string, string>, line: string) => {
    if (value.prefix === null) {
      // a value of many lines is not put together anew for each of them
      if (fields[value.name]!.length < longestField) {
        fields[value.name] = `${fields[value.name]}\n${line}`.slice(0, longestField);
      }
      value.read += 1 + bytesIn(line);
    } else {
      // a length may hold a line break of its own (10 bytes)
      value.prefix.push(line);
      const head = value.prefix.join('\n');
      const length = /^([\s\S]{0,8}?[^\0])?\0{5,7}/.exec(head);
      if (!length) {
        if (head.length > 16) open = null;
        return;
      }
      const text = head.slice(length[0].length);
      value.prefix = null;
      value.least = leastOf(length[1] ?? '');
      value.read = bytesIn(text);
      fields[value.name] = text.slice(0, longestField);
    }
    if (value.read >= value.least) open = null;
  };

  const read = (line: string, number: number): LogRecord[] | null => {
    if (entry === null) {
      if (!line.startsWith('__CURSOR=')) return null;
      entry = { __CURSOR: line };
      begun = number;
      return [];
    }
    if (open !== null) {
      goOn(open, entry, line);
      return [];
    }
    const field = /^([A-Z_][A-Z0-9_]{0,63})(=|$)/.exec(line);
    if (field) {
      if (field[2] === '') open = { name: field[1]!, prefix: [], least: 0, read: 0 };
      else entry[field[1]!] = line.slice(field[0].length, longestField);
      return [];
    }
    if (line !== '') return [];
    const record = recordOfFields(entry, entry.MESSAGE ?? '', begun);
    entry = null;
    return record ? splitRecord(record) : [];
  };
  return {
    read,
    passOver() {
      entry = null;
      open = null;
    },
  };
}

/** A byte that is no UTF-8 was read as one replacement character. */
function bytesIn(text: string): number {
  return Buffer.byteLength(text) - 2 * (text.match(/\uFFFD/g)?.length ?? 0);
}

/** A length, lowest byte first; a byte of it that is no UTF-8 is at least 128. */
function leastOf(text: string): number {
  const bytes = [...text].flatMap((character) => (character === '\uFFFD' ? [128] : [...Buffer.from(character)]));
  return bytes.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
}
