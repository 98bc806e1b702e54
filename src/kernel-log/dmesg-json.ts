import { toNumber } from './numbers.js';
import { bareRecord, type LogRecord, splitRecord } from './record.js';

/**
 * `dmesg --json` spreads each record over lines of its own: `"pri": 4,`, `"time": 12.345678,`, `"msg": "…"`.
 * @returns a reader of one line at a time; it gives null where a line is not of this format
 */
export function createDmesgJsonReader(): (line: string, number: number) => LogRecord[] | null {
  let inside = false;
  let uptimeSeconds: number | null = null;
  let facility = 0;

  return (line, number) => {
    inside ||= /^\s{0,8}"dmesg": \[$/.test(line);
    if (!inside) return null;
    const priority = /^\s{0,16}"pri":\s{0,16}(\d{1,5}),?$/.exec(line);
    if (priority) facility = (toNumber(priority[1]) ?? 0) >> 3;
    const time = /^\s{0,16}"time":\s{0,16}(\d{1,10}\.\d{1,9}),?$/.exec(line);
    if (time) uptimeSeconds = Number(time[1]);
    const message = /^\s{0,16}"msg": ("[\s\S]{0,65000}")$/.exec(line);
    if (!message) return [];
    const identifier = facility === 0 ? 'kernel' : 'user';
    const text = parse(message[1]!);
    if (text === null) return [];
    return splitRecord({ ...bareRecord(line, number), message: text, uptimeSeconds, identifier, stamped: true });
  };
}

function parse(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
