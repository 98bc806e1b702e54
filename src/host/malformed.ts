/** A kernel file that does not look as it should: never half a result. `openHost` turns it into a problem and null. */
export class MalformedFile extends Error {
  constructor(path: string, line: number, text: string) {
    super(`${path}, line ${line}, is not understood: ${JSON.stringify(text.slice(0, 60))}`);
    this.name = 'MalformedFile';
  }
}

/** @returns a safe integer, or null where the text is none */
export function integer(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,20}$/.test(text.trim())) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}
