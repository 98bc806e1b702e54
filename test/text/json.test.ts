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
