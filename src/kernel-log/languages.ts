/**
 * Month names as `dmesg -T` and journalctl print them elsewhere: the C library's (strftime %b), which are abbreviations
 * of the words that Unicode's tables give. Looked up only where a stamp is not English.
 */
const languages = 'de fr es pt it ru zh ja ko pl cs nl sv da nb fi tr uk el hu ro bg hr sk sl lt lv et ca sr id'.split(
  ' ',
);

interface Language {
  months: string[][];
  days: string[][];
}

let known: Language[] | null = null;
const found = new Map<string, number | null>();

/** @returns the month, from 0; null where the word is none, or means different months in different languages */
export function monthOf(word: string, weekday: string | null, year: number | null, day: number): number | null {
  const number = /^(\d{1,2})[月월]?$/.exec(word)?.[1];
  if (number !== undefined) return Number(number) >= 1 && Number(number) <= 12 ? Number(number) - 1 : null;
  const key = JSON.stringify([word, weekday, year, day]);
  if (!found.has(key)) {
    if (found.size > 1000) found.clear();
    found.set(key, lookUp(word, weekday, year, day));
  }
  return found.get(key)!;
}

function lookUp(word: string, weekday: string | null, year: number | null, day: number): number | null {
  known ??= languages.map(languageOf);
  const candidates = known.flatMap(({ months, days }) =>
    months.flatMap((names, month) => (named(names, word) ? [{ month, days }] : [])),
  );
  // a short name may be another month's in another language (lis is November in Polish, October in Croatian)
  const onTheDay = candidates.filter(({ month, days }) => {
    if (weekday === null || year === null) return false;
    return named(days[new Date(Date.UTC(year, month, day)).getUTCDay()]!, weekday);
  });
  const months = new Set((onTheDay.length > 0 ? onTheDay : candidates).map(({ month }) => month));
  return months.size === 1 ? [...months][0]! : null;
}

function named(names: string[], word: string): boolean {
  const short = plain(word);
  return short !== '' && names.some((name) => name.startsWith(short) || name.endsWith(`期${short}`));
}

function languageOf(language: string): Language {
  const words = (options: Intl.DateTimeFormatOptions, part: 'month' | 'weekday') => {
    const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
    return (date: number) => format.formatToParts(date).find(({ type }) => type === part)?.value ?? '';
  };
  const months = [
    words({ month: 'long', day: 'numeric' }, 'month'),
    words({ month: 'long' }, 'month'),
    words({ month: 'short' }, 'month'),
  ];
  const days = [words({ weekday: 'long' }, 'weekday'), words({ weekday: 'short' }, 'weekday')];
  return {
    months: Array.from({ length: 12 }, (_, month) => months.map((of) => plain(of(Date.UTC(2026, month, 15))))),
    // 1 November 2026 was a Sunday
    days: Array.from({ length: 7 }, (_, day) => days.map((of) => plain(of(Date.UTC(2026, 10, 1 + day))))),
  };
}

function plain(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f.]/g, '')
    .toLowerCase();
}
