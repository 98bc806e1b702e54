/**
 * Text from a log, a file or a host may hold anything. This is the one place that makes it safe for a terminal.
 * Control bytes (C0, DEL, C1), line and paragraph separators, and what turns or hides text (bidirectional controls,
 * zero-width characters, the byte order mark, tags) become `\x1b`-like words; the rest stays.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]/gu;

/** what needs no look at Unicode's categories, whose tables are costly to load */
const printable = /^[\x20-\x7e]*$/;

export function escapeForTerminal(text: string): string {
  if (printable.test(text)) return text;
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0)!;
    if (character === '\t') return ' ';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
