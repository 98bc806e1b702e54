/**
 * What --json prints. JSON.stringify leaves DEL, C1 controls and what turns or hides text as they are, and a terminal
 * acts on them: they stand as JSON's own escapes, so that a program reads the same.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;
