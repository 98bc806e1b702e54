import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { carry } from './carriers.js';
import { grammar, hostileNames, hostileNumbers } from './hostile.js';
import { madeReport } from './made-report.js';
import { createRandom } from './random.js';

/** A log, and how it comes in. */
export interface Case {
  log: Buffer;
  /** bytes a read gives */
  chunkBytes: number;
  /** which of the made-up hosts reads it; null: the log is of elsewhere */
  host: number | null;
  /** which of the checks that take long are made: each in a part of the cases */
  turn: number;
}

export const turns = 8;

const folder = join(process.cwd(), 'test', 'fixtures', 'reports');
export const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8'));
const fixtureLines = fixtures.flatMap((text) => text.split('\n')).filter((line) => line !== '');

const anyWord = fc.constantFrom<string>(...hostileNames, ...hostileNumbers, ...grammar);
const number = fc.nat(2 ** 31 - 1);
const anyText = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1'));

const made = fc.tuple(number, fc.integer({ min: 1, max: 2 })).map(([seed, reports]) => {
  const random = createRandom(seed);
  return carry(Array.from({ length: reports }, () => madeReport(random)).flat(), random);
});

const partOfFixture = fc
  .tuple(fc.constantFrom(...fixtures), number, fc.integer({ min: 1, max: 40 }))
  .map(([text, from, length]) => {
    const lines = text.split('\n');
    const start = from % lines.length;
    return lines.slice(start, start + length).join('\n');
  });

const line = fc.constantFrom(...fixtureLines);
const soup = fc.array(fc.oneof(line, line, anyWord, anyText), { maxLength: 20 }).map((lines) => lines.join('\n'));

/** lines of two logs, one after the other's */
const mixed = fc.tuple(made, fc.oneof(made, partOfFixture)).map(([left, right]) => {
  const [first, second] = [left.split('\n'), right.split('\n')];
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index) => [first[index], second[index]])
    .flat()
    .filter((one) => one !== undefined)
    .join('\n');
});

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
const nested = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"MESSAGE":[', '"', '('), fc.integer({ min: 1, max: 3000 }))
  .map(([open, depth]) => open.repeat(depth));
const piece = fc.oneof(
  { weight: 8, arbitrary: made },
  { weight: 4, arbitrary: partOfFixture },
  { weight: 2, arbitrary: soup },
  { weight: 2, arbitrary: mixed },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: nested },
);

const edits: ((text: Buffer, at: number, value: number, word: Buffer) => Buffer)[] = [
  (text, at, value) => {
    const changed = Buffer.from(text);
    if (changed.length > 0) changed[at % changed.length]! ^= 1 << (value % 8);
    return changed;
  },
  (text, at, _value, word) => insert(text, at, word),
  (text, at, value) => insert(text, at, Buffer.from([value & 0xff, (value >> 8) & 0xff])),
  (text, at, value) =>
    Buffer.concat([text.subarray(0, at % (text.length + 1)), text.subarray((at % (text.length + 1)) + (value % 40))]),
  // cut at either end
  (text, at) => text.subarray(at % (text.length + 1)),
  (text, at) => text.subarray(0, at % (text.length + 1)),
  // a part of it again
  (text, at, value) =>
    insert(text, at, text.subarray(value % (text.length + 1), (value % (text.length + 1)) + (at % 500))),
  // another number or another name
  (text, at, value) => replace(text, at, /\d+/g, hostileNumbers[value % hostileNumbers.length]!),
  (text, at, value) => replace(text, at, /\(\w+\)|\/[\w./-]+|(?<== ?)\w+/g, hostileNames[value % hostileNames.length]!),
  // lines in another order
  (text, at, value) => {
    const lines = text.toString('latin1').split('\n');
    const [taken] = lines.splice(at % lines.length, 1);
    lines.splice(value % (lines.length + 1), 0, taken!);
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

function insert(text: Buffer, at: number, word: Buffer): Buffer {
  const place = at % (text.length + 1);
  return Buffer.concat([text.subarray(0, place), word, text.subarray(place)]);
}

function replace(text: Buffer, at: number, pattern: RegExp, word: string): Buffer {
  const whole = text.toString('latin1');
  const found = [...whole.matchAll(pattern)];
  const match = found[at % Math.max(1, found.length)];
  if (!match) return text;
  const end = match.index + match[0].length;
  return Buffer.concat([
    Buffer.from(whole.slice(0, match.index), 'latin1'),
    Buffer.from(word),
    Buffer.from(whole.slice(end), 'latin1'),
  ]);
}

const edit = fc.tuple(fc.nat(edits.length - 1), number, number, anyWord);

export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    pieces: fc.array(piece, { minLength: 1, maxLength: 2 }),
    changes: fc.array(edit, { maxLength: 6 }),
    chunkBytes: fc.constantFrom(1, 7, 100, 4096, 1 << 18, 1 << 18, 1 << 18),
    host: fc.constantFrom(null, 0, 1, 2),
    turn: fc.nat(turns - 1),
  })
  .map(({ pieces, changes, chunkBytes, host, turn }) => {
    let log: Buffer = Buffer.from(pieces.join('\n'));
    for (const [kind, at, value, word] of changes) log = edits[kind]!(log, at, value, Buffer.from(word));
    return { log, chunkBytes: Math.max(chunkBytes, log.length >> 8), host, turn };
  });

/** Few, and large: what is one megabyte long, or many reports. */
export const anyLargeCase: fc.Arbitrary<Case> = fc
  .record({
    head: fc.oneof(made, partOfFixture, line, anyWord),
    filling: fc.oneof(anyWord, line, fc.constantFrom('\u009b', '\ud800', 'ä', '\0')),
    tail: fc.oneof(made, partOfFixture, anyWord),
    size: fc.constantFrom(2e4, 1e5, 1e6),
    host: fc.constantFrom(null, 0, 1, 2),
    turn: fc.nat(turns - 1),
  })
  .map(({ head, filling, tail, size, host, turn }) => {
    const repeated = (filling || ' ').repeat(Math.ceil(size / Math.max(1, filling.length)));
    return { log: Buffer.from(head + repeated + tail), chunkBytes: 1 << 18, host, turn };
  });
