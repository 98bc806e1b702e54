import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { shellQuote } from '../../src/text/quote.js';
import { bar, block, fitMiddle, pieces, sides, wrapWords } from '../../src/ui/layout.js';
import { screenOf, styled } from '../../src/ui/screen.js';
import { shellCommand } from '../../src/ui/shell-command.js';
import { ago, duration, readTime } from '../../src/ui/time.js';
import { plain } from './sample.js';

const ascii = { ...plain, unicode: false };
const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('a screen', () => {
  test.each([
    [{ isTTY: true, columns: 120 }, {}, { columns: 100, color: true, unicode: true }],
    [{ isTTY: true, columns: 60 }, { NO_COLOR: '1' }, { columns: 60, color: false, unicode: true }],
    [{ isTTY: true, columns: 0 }, { TERM: 'dumb' }, { columns: 80, color: false, unicode: true }],
    [{ isTTY: true, columns: 9 }, { TERM: 'linux' }, { columns: 40, color: true, unicode: false }],
    [{ columns: 60 }, {}, { columns: 80, color: false, unicode: true }],
    [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, { columns: 80, color: true, unicode: true }],
    [{ isTTY: true }, { FORCE_COLOR: '0' }, { columns: 80, color: false, unicode: true }],
    [{}, { LANG: 'C' }, { columns: 80, color: false, unicode: false }],
    [{}, { LANG: 'C.UTF-8' }, { columns: 80, color: false, unicode: true }],
    [{}, { LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }, { columns: 80, color: false, unicode: false }],
    [{}, { LANG: 'de_DE.ISO-8859-1' }, { columns: 80, color: false, unicode: false }],
  ])('%j with %j', (stream, env, expected) => {
    expect(screenOf(stream, env)).toMatchObject(expected);
  });

  test('styles only where colour may be', () => {
    expect(styled(plain, 'red', 'x')).toBe('x');
    expect(styled({ ...plain, color: true }, 'red', 'x')).toBe('\x1b[31mx\x1b[39m');
  });
});

describe('lines', () => {
  test('hang under their lead', () => {
    expect(block({ ...plain, columns: 20 }, 'one two three four', { indent: 2, lead: '!' })).toEqual([
      '  ! one two three',
      '    four',
    ]);
  });

  test('count display cells, not characters', () => {
    expect(wrapWords('数据库 数据库', 8)).toEqual(['数据库', '数据库']);
  });

  test('cut a long word after a comma', () => {
    expect(wrapWords('oom-kill:a=1,oom_memcg=/x', 16)).toEqual(['oom-kill:a=1,', 'oom_memcg=/x']);
  });

  test('of a path keep both ends', () => {
    expect(fitMiddle(plain, '/kubepods.slice/pod123/web', 13)).toBe('/kubep…23/web');
    expect(fitMiddle(ascii, '/kubepods.slice/pod123/web', 13)).toBe('/kube...3/web');
  });

  test('are never wider than asked for, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 40 }), (text, width) => {
        for (const line of wrapWords(text, width)) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(stringWidth(fitMiddle(plain, text, width))).toBeLessThanOrEqual(width);
        expect(pieces(text, width).join('')).toBe(text);
      }),
    );
  });

  test('with two sides never overlap', () => {
    fc.assert(
      fc.property(anyText, anyText, (left, right) => {
        for (const line of sides(plain, left, right, { indent: 3 })) expect(stringWidth(line)).toBeLessThanOrEqual(80);
      }),
    );
  });
});

test('bars count eighths, and nothing that is there is invisible', () => {
  expect(bar(plain, 0.5, 5)).toBe('██▌');
  expect(bar(plain, 0.0001, 5)).toBe('▏');
  expect(bar(plain, 0, 5)).toBe('');
  expect(bar(plain, 7, 3)).toBe('███');
  expect(bar(ascii, 0.5, 6)).toBe('###');
});

describe('a command', () => {
  test('is continued between words', () => {
    expect(
      shellCommand({ ...plain, columns: 40 }, 'sudo systemctl set-property shop.service MemoryMax=300M', 2),
    ).toEqual(['  sudo systemctl set-property \\', '    shop.service MemoryMax=300M']);
  });

  test('that is pasted is the same command', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-z0-9/._=-]{1,120}$/),
      fc.string({ unit: fc.constantFrom(...'ab /\'"\\$`*?!;&|><(){}~#数é'), minLength: 1, maxLength: 90 }),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const lines = shellCommand(plain, ['printf', '%s\\0', ...words].map(shellQuote).join(' '), 4);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
        const output = execFileSync('sh', ['-c', lines.join('\n')], { encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a time', () => {
  test.each([
    [0.2, 'just now'],
    [59, '59 s ago'],
    [61, '1 min ago'],
    [7200, '2 h ago'],
    [86400, '1 day ago'],
    [3 * 86400, '3 days ago'],
    [9 * 86400, '1 week ago'],
    [5 * 365.25 * 86400, '5 years ago'],
    [-3600, null],
  ])('%d seconds back is %s', (seconds, text) => {
    expect(ago(plain.now - seconds * 1000, plain.now)).toBe(text);
  });

  test('without an offset is shown as the log has it', () => {
    expect(readTime('2021-09-10T16:15:14')).toMatchObject({ day: 'Fri 10 Sep 2021', clock: '16:15:14' });
  });

  test('that is none is null', () => {
    expect(readTime('yesterday')).toBeNull();
    expect(readTime('2021-19-10T16:15:14')).toBeNull();
    expect(duration(31 * 60)).toBe('31 min');
  });
});

test('of a megabyte in one text only what is shown is laid out', () => {
  const before = process.cpuUsage();
  const lines = block(plain, ',e\u0301'.repeat(400_000), { most: 3 });
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/…$/);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2_000);
});
