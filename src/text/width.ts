/**
 * How many cells of a terminal a text takes. Most texts are of characters that take one each; only the others need the
 * tables of Unicode, whose loading costs more than a whole diagnosis.
 */
import { createRequire } from 'node:module';

/** ASCII, and the marks and bars that undoom draws itself */
const narrow = /^[\x20-\x7e·×…’“”→•✓✗▸─-╿▀-▟]*$/;

let stringWidth: ((text: string) => number) | null = null;
let segmenter: Intl.Segmenter | null = null;

/** Whether every character of it takes one cell. */
export function isNarrow(text: string): boolean {
  return narrow.test(text);
}

export function widthOf(text: string): number {
  if (isNarrow(text)) return text.length;
  stringWidth ??= (createRequire(import.meta.url)('string-width') as { default: (text: string) => number }).default;
  return stringWidth(text);
}

/** The graphemes of a text: what a person sees as one character. */
export function segmentsOf(text: string): string[] {
  if (isNarrow(text)) return text.split('');
  segmenter ??= new Intl.Segmenter('en');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
