import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followSteps } from '../../src/ui/follow.js';
import { keys, terminal } from './terminal.js';

const steps = [
  { id: 'one', title: 'Raise\x1b[2J the limit' },
  { id: 'two', title: 'Compact memory' },
  { id: 'three', title: 'Never' },
];

async function follow(isTerminal: boolean, quiet = false) {
  const { output, written, screen, drained } = terminal();
  const ran: string[] = [];
  await followSteps(
    steps,
    async (id) => {
      ran.push(id);
      return { ok: id !== 'two', text: `${id} \x1b[31mread back` };
    },
    { stream: output, isTerminal, quiet },
  );
  await drained();
  return { ran, text: written.join(''), screen: screen() };
}

describe('steps', () => {
  test('without a terminal are plain lines, up to the one that fails', async () => {
    const { ran, text } = await follow(false);
    expect(ran).toEqual(['one', 'two']);
    expect(text).toBe(
      'Raise\\x1b[2J the limit: done (one \\x1b[31mread back)\nCompact memory: failed (two \\x1b[31mread back)\n',
    );
  });

  test('of a quiet run show nothing', async () => {
    expect(await follow(true, true)).toMatchObject({ ran: ['one', 'two'], text: '' });
  });

  test('on a terminal leave a clean screen and a cursor', async () => {
    const listeners = process.listenerCount('SIGINT');
    const { ran, text, screen } = await follow(true);
    expect(ran).toEqual(['one', 'two']);
    expect(text).toContain('Raise\\x1b[2J the limit');
    expect(text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(text.lastIndexOf('\x1b[?25l'));
    expect(screen).toBe('');
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });

  test.each([true, false])('pass on what a step throws (terminal: %s)', async (isTerminal) => {
    const { output } = terminal();
    const failure = new Error('the helper is gone');
    const running = followSteps(steps, () => Promise.reject(failure), { stream: output, isTerminal, quiet: false });
    await expect(running).rejects.toBe(failure);
  });
});

describe('on a real terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'undoom-follow-'));
  const program = join(folder, 'follow.mjs');
  afterAll(() => rmSync(folder, { recursive: true }));

  // as `fix` runs it: the command itself handles the interrupt, takes back and ends in its own time
  beforeAll(async () => {
    await build({
      stdin: {
        contents: `
          import { followSteps } from './src/ui/follow.js';
          const controller = new AbortController();
          process.on('SIGINT', () => controller.abort());
          const steps = [{ id: 'one', title: 'Slow step' }, { id: 'two', title: 'Second step' }];
          try {
            await followSteps(steps, async () => {
              await new Promise((done) => {
                setTimeout(done, 20_000).unref();
                const alive = setInterval(() => {}, 1000);
                controller.signal.addEventListener('abort', () => { clearInterval(alive); done(); });
              });
              if (controller.signal.aborted) throw new Error('interrupted');
              return { ok: true, text: '' };
            }, { stream: process.stderr, isTerminal: true, quiet: false });
          } catch (error) {
            process.stderr.write('taken back after: ' + error.message + '\\n');
            process.exitCode = 130;
          }`,
        resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      logLevel: 'error',
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    });
  });

  test('Ctrl-C reaches the command, standard output stays empty, and the cursor comes back', async () => {
    const { write, shows } = terminal();
    const output = join(folder, 'stdout');
    const child = pty.spawn(
      '/bin/sh',
      ['-c', 'trap : INT; "$0" "$1" > "$2"; echo "exit $?, $(wc -c < "$2") bytes"', process.execPath, program, output],
      {
        cols: 80,
        rows: 24,
      },
    );
    let text = '';
    child.onData((data) => {
      text += data;
      void write(data);
    });
    const ended = new Promise((done) => child.onExit(done));
    await shows('Slow step');
    child.write(keys.interrupt);
    await shows('taken back after: interrupted');
    const screen = await shows('exit 130, 0 bytes');
    await ended;
    expect(screen).not.toContain('Second step');
    expect(text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(text.lastIndexOf('\x1b[?25l'));
  });
});
