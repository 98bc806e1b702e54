import type { Progress } from '../kernel-log/progress.js';
import { formatBytes } from '../text/bytes.js';
import { escapeForTerminal } from '../text/escape.js';

const silentMs = 1000;
const betweenMs = 100;

/**
 * How far the reading of a log is, on a terminal alone, and only where it takes more than a second. One line, drawn over
 * itself, and gone at the end.
 */
export function showProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): Progress {
  const started = now();
  let shown: number | null = null;
  return {
    read(name, bytes, ofBytes) {
      if (!stream.isTTY) return;
      const at = now();
      if (at - started < silentMs || (shown !== null && at - shown < betweenMs)) return;
      shown = at;
      stream.write(`\r\u001b[K${progressLine(name, bytes, ofBytes, (stream.columns || 80) - 1)}`);
    },
    end() {
      if (shown !== null) stream.write('\r\u001b[K');
      shown = null;
    },
  };
}

/** What is wider than the screen could not be wiped: the name gives way, at its beginning. */
export function progressLine(name: string, bytes: number, ofBytes: number | null, width: number): string {
  const of = ofBytes ? ` of ${formatBytes(ofBytes)}, ${Math.min(100, Math.floor((100 * bytes) / ofBytes))}%` : '';
  const tail = `: ${formatBytes(bytes)}${of}`;
  const head = 'Reading ';
  const room = Math.max(0, width - head.length - tail.length);
  // a wide character takes two places
  const plain = escapeForTerminal(name).replace(/[^\x20-\x7e]/g, '?');
  const short = plain.length <= room ? plain : room > 3 ? `...${plain.slice(3 - room)}` : '';
  return `${head}${short}${tail}`.slice(0, width);
}
