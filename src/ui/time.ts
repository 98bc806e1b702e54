const units = [
  ['year', 365.25 * 86400],
  ['month', 30.44 * 86400],
  ['week', 7 * 86400],
  ['day', 86400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `4 min ago`, `2 days ago`; null for a time that is still to come by more than a clock may be off. */
export function ago(milliseconds: number, now: number): string | null {
  const seconds = (now - milliseconds) / 1000;
  if (seconds < -60) return null;
  if (seconds < 1) return 'just now';
  return `${duration(seconds)} ago`;
}

/** `31 min`, `2 days`: one unit, rounded down. */
export function duration(seconds: number): string {
  const [name, size] = units.find(([, length]) => seconds >= length) ?? (['s', 1] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${name}${size >= 86400 && count !== 1 ? 's' : ''}`;
}

const written = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}(?::\d{2})?)[\d.]*(Z|[+-]\d{2}:?\d{2})?$/;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface WrittenTime {
  milliseconds: number;
  /** `Mon 23 Nov 2026` */
  day: string;
  /** `18:01:32` */
  clock: string;
}

/**
 * An ISO time: on this host's clock where it has an offset, else as the log has it.
 * @returns null where it is no time
 */
export function readTime(text: string | null): WrittenTime | null {
  const match = text === null ? null : written.exec(text);
  if (!match) return null;
  const date = new Date(text!);
  if (Number.isNaN(date.getTime())) return null;
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    milliseconds: date.getTime(),
    day: `${weekdays[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`,
    clock: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  };
}

/** `Mon 23 Nov 2026 18:01:32` */
export function showTime(text: string): string {
  const time = readTime(text);
  return time ? `${time.day} ${time.clock}` : text;
}
