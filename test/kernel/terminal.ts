/** A program in a real pseudo-terminal, and what a person would see on it. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface Terminal {
  /** types keys as a person does */
  type(keys: string): void;
  /** waits until the screen (scrolled lines too) shows it */
  shows(text: string | RegExp, seconds?: number): Promise<string>;
  screen(): string;
  /** waits for its end: the exit code */
  ended(): Promise<number>;
}

export const keys = { enter: '\r', space: ' ', down: '\x1b[B', up: '\x1b[A', interrupt: '\x03', backspace: '\x7f' };

export function terminal(program: string, args: string[], env: Record<string, string> = {}): Terminal {
  const screen = new xterm.Terminal({ cols: 80, rows: 50, scrollback: 1000, allowProposedApi: true });
  const child = spawn(program, args, {
    cols: 80,
    rows: 50,
    name: 'xterm-256color',
    env: { ...process.env, LANG: 'C.UTF-8', CI: '', ...env },
  });
  const exit = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
  child.onData((data) => screen.write(data));
  const lines = () => {
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)!.translateToString(true))
      .join('\n')
      .trimEnd();
  };
  const settle = () => new Promise<void>((resolve) => screen.write('', resolve));
  return {
    type: (text) => child.write(text),
    screen: lines,
    async shows(text, seconds = 20) {
      const until = Date.now() + seconds * 1000;
      for (;;) {
        await settle();
        if (typeof text === 'string' ? lines().includes(text) : text.test(lines())) return lines();
        if (Date.now() > until) throw new Error(`the terminal did not show ${text} in ${seconds} s, but:\n${lines()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async ended() {
      const code = await exit;
      await settle();
      return code;
    },
  };
}
