/** What people and their tools put around a line: quoting, colours, markup, line numbers, file names. */

const quoting = /^(?:[>|\s\uFEFF\0\x1e`]|\x1b\[[\d;]{0,12}m){1,200}/;
const forumTag = /^\[(?:FONT|CODE|QUOTE|B|I|SIZE|COLOR)(?:="?[^\]"]{0,40}"?)?\]/i;
const markup = /^<\/?(?:pre|code|samp|span|p|div|br|li|td|tr|blockquote|tt|font|b|i)(?:\s[^<>]{0,400})?\/?>/i;
const markupAtEnd = /(?:<\/?(?:pre|code|samp|span|p|div|br|li|td|tr|blockquote|tt|font|b|i)\s{0,4}\/?>\s{0,8}){1,8}$/i;
// what a line of a kernel log may begin with behind such words
const stampAhead = String.raw`(?=\[ {0,10}\+?\d{1,10}\.\d|\[?[A-Z][a-z]{2} [A-Z\d ]|<\d|\d{4}-\d\d-\d\d[T ])`;
// "kern.log:12:" before a stamp, as grep prints it, or a bare line number
const grepPrefix = new RegExp(`^(?:(?:[\\w./@+-]{1,200}[:-])?\\d{1,9}[:\\s-]\\s{0,8}|[\\w./@+-]{1,200}:)${stampAhead}`);
// docker compose, kubectl logs --prefix, and awslogs' group and stream
const source = new RegExp(
  `^(?:[\\w./-]{1,100} {0,40}\\|(?:\\x1b\\[0?m)? {1,4}|\\[(?:pod|node|\\w{1,20})/[\\w./-]{1,200}\\] |/[\\w./-]{1,200} [\\w./-]{1,100} )${stampAhead}`,
);
// a tool that collects from many hosts: "10.5.0.2: kern: warning: "
const collected = /^[\w.:-]{1,100}: (?=kern {0,4}: {0,4}\w{1,8} {0,4}: )/;
const csvFields = /^(?:"[^"]{0,200}",){1,16}"/;

/** Most lines begin with their stamp: nothing is around them. */
const plain = /^(?:\[ {0,10}\d{1,10}\.\d|[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\dT|<\d{1,3}>)/;

/** The line without what stands before the carrier's own stamp. */
export function takeWrappers(text: string): string {
  if (plain.test(text)) return text;
  let rest = text;
  for (let round = 0; round < 8; round++) {
    const before = rest;
    rest = rest.replace(quoting, '');
    const first = rest.charCodeAt(0);
    if (first === 0x3c) rest = rest.replace(markup, '');
    else if (first === 0x5b) rest = rest.replace(forumTag, '').replace(source, '');
    else if (first === 0x3a) rest = rest.replace(/^: (?=\[)/, '');
    else if (first === 0x22) {
      const fields = csvFields.exec(rest);
      if (fields)
        rest = rest
          .slice(fields[0].length)
          .replace(/"\s{0,8}$/, '')
          .replaceAll('""', '"');
    } else if (mayName(first)) rest = rest.replace(grepPrefix, '').replace(source, '').replace(collected, '');
    if (rest === before) break;
  }
  return rest;
}

/** a figure, a letter, a dot or a slash */
function mayName(code: number): boolean {
  return (code >= 0x2e && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** The message without what stands behind it: a forum's or a page's tag, a fence, the mark of `cat -A`. */
export function withoutEnd(text: string): string {
  const last = text.charCodeAt(text.trimEnd().length - 1);
  if (last === 0x5d) return text.replace(/\[\/[A-Z]{1,8}\]\s{0,8}$/, '');
  if (last === 0x3e) return text.replace(markupAtEnd, '');
  return last === 0x60 || last === 0x24 ? text.trimEnd().slice(0, -1) : text;
}

const entities: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
  amp: '&',
};
const entity = /&(lt|gt|quot|apos|nbsp|#39|#34|amp);/g;
// what a terminal is told beside colours: the window's title, bracketed paste, where the cursor goes
const terminal = /\x1b(?:\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|\[[\d;?]{0,16}[A-HJKSThlnrsu]|[=>()][AB012]?)/g;
const colour = /\x1b\[[\d;]{0,16}m/g;

/** The line in plain characters: without a terminal's codes, a page's entities, and what a carriage return overwrote. */
export function cleaned(raw: string): string {
  let text = raw;
  if (text.includes('\r')) {
    text = text.replace(/[\r\s]+$/, '');
    const end = text.lastIndexOf('\r');
    if (end >= 0) text = text.slice(end + 1);
  }
  if (text.includes('\x1b')) {
    text = text.replace(terminal, '');
    // a colour that nothing resets may be in a process's own name
    if (/\x1b\[0?m/.test(text)) text = text.replace(colour, '');
  }
  if (text.includes('&')) text = text.replace(entity, (_, name: string) => entities[name]!);
  return text;
}
