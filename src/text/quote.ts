/** One word for a POSIX shell, quoted only where it must be: for commands that are shown to people, never run by a shell. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that writes VALUE to FILE as root, as a person would type it. */
export function writeCommand(path: string, value: string): string {
  return `printf %s ${shellQuote(value)} | sudo tee ${shellQuote(path)}`;
}
