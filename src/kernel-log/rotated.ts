import { type FoundReport, reportsFromRecords } from './find-reports.js';
import type { Quote, Report } from './report.js';

/** A report's lines come this close together, also where a log was rotated between them. */
const apartMs = 60_000;

/**
 * A log is rotated at any line: the end of one file and the beginning of the next may be one report. The files may be
 * given in any order, so the times decide.
 * @returns the reports of each file, a divided one in the file where it begins
 */
export function joinRotated(files: FoundReport[][]): FoundReport[][] {
  const joined = files.map((found) => [...found]);
  for (const [at, found] of joined.entries()) {
    const last = found.at(-1);
    if (!last || !isCutAtEnd(last.report)) continue;
    for (const [other, next] of joined.entries()) {
      const first = next[0];
      if (other === at || !first || !goesOn(last.report, first.report)) continue;
      const whole = reportsFromRecords([...last.records, ...first.records], last.report.source);
      if (whole.length !== 1) continue;
      found[found.length - 1] = { ...whole[0]!, report: withSources(whole[0]!.report, last, first) };
      next.shift();
      break;
    }
  }
  return joined;
}

function isCutAtEnd(report: Report): boolean {
  return report.kind !== 'userspace-kill' && report.quotes.header !== undefined && !report.complete;
}

function goesOn(last: Report, next: Report): boolean {
  if (next.kind === 'userspace-kill' || next.quotes.header !== undefined) return false;
  if (last.source.name === next.source.name || last.hostName !== next.hostName) return false;
  const uptimes = last.uptimeSeconds !== null && next.uptimeSeconds !== null;
  const apart = uptimes
    ? (next.uptimeSeconds! - last.uptimeSeconds!) * 1000
    : last.epochMs !== null && next.epochMs !== null
      ? next.epochMs - last.epochMs
      : null;
  return apart !== null && apart >= 0 && apart <= apartMs;
}

/** Each line is quoted from the file that it stands in. */
function withSources(report: Report, last: FoundReport, first: FoundReport): Report {
  const key = ({ line, text }: { line: number | null; text: string }) => `${line} ${text}`;
  const own = new Set(last.records.map(({ line, message }) => key({ line, text: message })));
  const next = new Set(first.records.map(({ line, message }) => key({ line, text: message })));
  const placed = (quote: Quote): Quote =>
    !own.has(key(quote)) && next.has(key(quote)) ? { ...quote, source: first.report.source.name } : quote;
  const each = <Item extends { quote: Quote }>(items: Item[]) =>
    items.map((item) => ({ ...item, quote: placed(item.quote) }));
  return {
    ...report,
    quotes: Object.fromEntries(
      Object.entries(report.quotes).map(([name, quote]) => [name, quote && placed(quote)]),
    ) as Report['quotes'],
    zones: each(report.zones),
    buddy: each(report.buddy),
    hugePages: each(report.hugePages),
  };
}
