import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/text/json.js';

test('what a terminal acts on stands as escapes, and reads the same', () => {
  const document = { comm: '\u009b31m\u007f\u001b[2J\u202egnp.exe\u2028\u{e0041}\ue000\ud800', name: 'ä 長 👩‍👩' };
  const text = jsonText(document);
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u);
  expect(text).toContain('\\u009b31m');
  expect(text).toContain('ä 長 👩');
  expect(JSON.parse(text)).toEqual(document);
});

test('in parts or not, it is the document that JSON.stringify makes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme-ascii' }), fc.array(fc.jsonValue()), (value, list) => {
      for (const document of [value, { first: value, list, empty: [], left: undefined, last: null }]) {
        expect(JSON.parse(jsonText(document))).toEqual(JSON.parse(JSON.stringify(document)));
      }
      const plain = { first: value, list: [value, { value }], empty: [], none: {} };
      expect(jsonText(plain)).toBe(JSON.stringify(plain, null, 2));
    }),
  );
});
