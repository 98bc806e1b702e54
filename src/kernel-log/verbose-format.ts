import { recordOfFields } from './json-line.js';
import { type LogRecord, splitRecord } from './record.js';

const longestField = 65_536;
const heading =
  /^\S{1,16} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ([A-Z]{2,5}|[+-]\d{2,4}) \[(?:s=|[a-z]+=)[^\]]{1,400}\]$/;

export interface VerboseReader {
  read(line: string, number: number): LogRecord[] | null;
  /** lines are passed over: the entry at hand is dropped */
  passOver(): void;
  end(): LogRecord[];
}

/**
 * `journalctl -o verbose`: a heading with the time and the cursor, then every field indented, `    KEY=value`; a value's
 * further lines stand below it, indented as far as it begins.
 */
export function createVerboseReader(): VerboseReader {
  let entry: Record<string, string> | null = null;
  let begun = 0;
  let open: string | null = null;

  const end = (): LogRecord[] => {
    const record = entry && recordOfFields(entry, entry.MESSAGE ?? '', begun);
    entry = null;
    open = null;
    return record ? splitRecord(record) : [];
  };

  return {
    end,
    passOver() {
      entry = null;
      open = null;
    },
    read(line, number) {
      const begins = heading.exec(line);
      if (begins) {
        const found = end();
        const zone = begins[2] === 'UTC' || begins[2] === 'GMT' ? 'Z' : '';
        entry = { timestamp: `${begins[1]!.replace(' ', 'T')}${zone}` };
        begun = number;
        return found;
      }
      if (entry === null) return null;
      const field = /^ {4}([A-Z_][A-Z0-9_]{0,63})=/.exec(line);
      if (field) {
        open = field[1]!;
        entry[open] = line.slice(field[0].length, longestField);
        return [];
      }
      if (open !== null && /^ {4}/.test(line)) {
        const more = line.slice(Math.min(/^ */.exec(line)![0].length, open.length + 5));
        entry[open] = `${entry[open]}\n${more}`.slice(0, longestField);
        return [];
      }
      // what stands behind the last entry is of another format: nothing of it is this one's
      return end();
    },
  };
}
