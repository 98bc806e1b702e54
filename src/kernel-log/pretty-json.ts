import { recordsIn } from './json-line.js';
import { bareRecord, type LogRecord } from './record.js';

/**
 * JSON that was printed over several lines: `journalctl -o json-pretty`, `dmesg --json`, what a cloud's tool answers.
 * Each innermost object that stands in a list, or alone, is an event; a string in a list is a line.
 */
export interface PrettyJsonReader {
  /** @returns the records that the line ends, raw: with their own carrier still on; null where it is not of this format */
  read(line: string, number: number): LogRecord[] | null;
  /** lines are passed over: of a list its next object is waited for, and what else was begun is dropped */
  passOver(): void;
}

interface Level {
  /** null where it is a list */
  fields: Record<string, unknown> | null;
  key: string | null;
  begun: number;
}

const deepest = 16;
const mostFields = 2_000;
const longestField = 65_536;
/** where lines were passed over: so many lines of an object of which the beginning was among them */
const mostOfObject = 256;

const member = /^"((?:[^"\\]|\\.){0,200})"\s{0,4}:\s{0,40}/;

export function createPrettyJsonReader(): PrettyJsonReader {
  let levels: Level[] = [];
  /** how many more lines may belong to an object of which the beginning was passed over */
  let skipping = 0;

  const close = (): LogRecord[] => {
    const level = levels.pop();
    const fields = level?.fields;
    if (!level || !fields) return [];
    const parent = levels.at(-1);
    if (parent?.fields && level.key !== null) {
      parent.fields[level.key] = fields;
      return [];
    }
    return recordsIn(fields, '', level.begun).map((record) => ({ ...record, text: record.message }));
  };

  /** @returns null where the line is none of JSON */
  const take = (text: string, number: number): LogRecord[] | null => {
    const found: LogRecord[] = [];
    let rest = text;
    for (let part = 0; rest !== '' && part < 64; part++) {
      const top = levels.at(-1);
      const named = top?.fields ? member.exec(rest) : null;
      const key = named ? unquoted(`"${named[1]!}"`) : null;
      if (named) rest = rest.slice(named[0].length);
      const opens = rest.startsWith('{') || rest.startsWith('[');
      if (opens && /^\[[\d\s,]{0,65000}\],?$/.test(rest) && key !== null) {
        // a message that is no clean UTF-8, as bytes
        top!.fields![key] = bytesOf(rest);
        return found;
      }
      if (opens) {
        if (levels.length >= deepest) return null;
        levels.push({ fields: rest.startsWith('{') ? {} : null, key, begun: number });
        rest = rest.slice(1).trimStart();
      } else if (/^[\]}]/.test(rest)) {
        if (named || !top || (rest.startsWith('}') ? top.fields === null : top.fields !== null)) return null;
        found.push(...close());
        rest = rest.slice(1).trimStart();
      } else if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
      else {
        const value = scalar(rest);
        if (!top || value === undefined || (top.fields === null) === (key !== null)) return null;
        if (key === null) {
          if (typeof value.value === 'string') found.push(bareRecord(value.value, number));
        } else if (Object.keys(top.fields!).length < mostFields) top.fields![key] = value.value;
        rest = value.rest;
      }
    }
    return rest === '' ? found : null;
  };

  return {
    passOver() {
      const list = levels.findLastIndex(({ fields }) => fields === null);
      levels = levels.slice(0, list + 1);
      skipping = levels.length > 0 ? mostOfObject : 0;
    },
    read(line, number) {
      if (skipping > 0) {
        const next = /^\s{0,80}(?:\},?\s{0,8})?(\{.*)$/.exec(line);
        skipping = next ? 0 : skipping - 1;
        if (next) return take(next[1]!, number);
        if (skipping > 0 && !isOther(line)) return [];
        skipping = 0;
        levels = [];
      }
      if (levels.length === 0 && isOther(line)) return null;
      if (levels.length === 0 && !/^\s{0,80}(?:[{[]|"(?:[\w@]{1,40})"\s{0,4}:\s{0,40}[{["])/.test(line)) return null;
      const text = line.trim();
      if (levels.length === 0 && !/^(?:\[|\{|\[\s?\{|"[\w@]{1,40}"\s{0,4}:\s{0,40}[{[])$/.test(text))
        return alone(text, number);
      if (text.length > 16 * longestField) return [];
      if (levels.length === 0 && text.startsWith('"')) return take(text.slice(member.exec(text)![0].length), number);
      const found = take(text, number);
      if (found === null) levels = [];
      return found;
    },
  };

  /** The middle of a document whose beginning was not looked at. */
  function alone(text: string, number: number): LogRecord[] | null {
    const key = member.exec(text);
    const value = key ? scalar(text.slice(key[0].length)) : undefined;
    if (!key || typeof value?.value !== 'string' || !/^,?$/.test(value.rest)) return null;
    return recordsIn({ [key[1]!]: value.value }, value.value, number);
  }
}

/** A line of a log that begins with a letter, a figure or the kernel's stamp: most do. */
function isOther(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x5b) return line.charCodeAt(1) === 0x20 || /^\[\d{1,10}\.\d/.test(line);
  return (first >= 0x30 && first <= 0x39) || (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a);
}

function scalar(text: string): { value: unknown; rest: string } | undefined {
  const match = /^(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{0,40}|true|false|null)/.exec(text);
  if (!match) return undefined;
  const value = unquoted(match[0]);
  return {
    value: typeof value === 'string' ? value.slice(0, longestField) : value,
    rest: text.slice(match[0].length).trimStart(),
  };
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return '';
  }
}

function bytesOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/,$/, ''));
  } catch {
    return null;
  }
}
