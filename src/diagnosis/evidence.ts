import type { Quote, Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';

export function quoted(quote: Quote, shows: string): Evidence {
  return { source: quote.source, line: quote.line, text: quote.text, shows };
}

/** The line of a report that states a fact, where it was kept; [] where it was not. */
export function quotedFact(report: Report, key: string, shows: string): Evidence[] {
  const quote = report.quotes[key];
  return quote ? [quoted(quote, shows)] : [];
}

/** A reading of the host, as evidence beside the lines of the log. */
export function counted(text: string, shows: string): Evidence {
  return { source: 'host', line: null, text, shows };
}
