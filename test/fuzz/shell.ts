/** A word as undoom leaves it without quotes (src/text/quote.ts), and what its own commands have beside words. */
const plain = /^(?:[A-Za-z0-9_@%+=:,./-]|[ |]|\\')*$/;

/** Constant parts of undoom's own commands that a shell does expand, or parts commands by. */
const own = / && |\$\(sudo zramctl --find --size \d{1,9}M --algorithm zstd\)|"\$device"|\/proc\/\[0-9\]\*\/status/g;

/**
 * Whether a command holds text that is not its own only within single quotes, where a shell reads nothing but text.
 * Stricter than a shell: nothing that one would expand, redirect or part commands by may stand outside of them.
 */
export function isQuotedWhole(command: string): boolean {
  let outside = '';
  for (let place = 0; place < command.length; ) {
    if (command.startsWith("\\'", place)) {
      outside += "\\'";
      place += 2;
    } else if (command[place] === "'") {
      const end = command.indexOf("'", place + 1);
      if (end < 0) return false;
      place = end + 1;
    } else outside += command[place++];
  }
  return plain.test(outside.replace(own, ' '));
}
