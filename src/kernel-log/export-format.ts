import { recordOfFields } from './json-line.js';
import { type LogRecord, splitRecord } from './record.js';

const longestField = 65_536;

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
  let open: string | null = null;

  const read = (line: string, number: number): LogRecord[] | null => {
    if (entry === null) {
      if (!line.startsWith('__CURSOR=')) return null;
      entry = { __CURSOR: line };
      begun = number;
      return [];
    }
    const field = /^([A-Z_][A-Z0-9_]{0,63})(=|$)/.exec(line);
    if (field) {
      open = field[2] === '' ? field[1]! : null;
      entry[field[1]!] = line.slice(field[0].length, longestField);
      return [];
    }
    if (line !== '') {
      if (open !== null) {
        // the length may itself decode to fewer characters; its high bytes are always zero
        const value = entry[open] === '' ? line.replace(/^[\s\S]{1,8}?\0{5,7}/, '') : `\n${line}`;
        entry[open] = `${entry[open]}${value}`.slice(0, longestField);
      }
      return [];
    }
    const record = recordOfFields(entry, entry.MESSAGE ?? '', begun);
    entry = null;
    open = null;
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
