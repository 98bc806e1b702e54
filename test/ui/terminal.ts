import { PassThrough, Writable } from 'node:stream';
import headless from '@xterm/headless';

/** What a person sees after what was written: the lines of a terminal, without their colours. */
export function terminal(columns = 80, rows = 40) {
  const emulator = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const output = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        emulator.write(chunk, done);
      },
    }),
    { columns, rows, isTTY: true },
  ) as unknown as NodeJS.WriteStream;
  // as standard error, which a prompt cannot close
  output.end = () => output;
  const written: string[] = [];
  const lines = () => {
    const { active } = emulator.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)!.translateToString(true));
  };
  const screen = () => lines().join('\n').trimEnd();
  return {
    input: new PassThrough(),
    output,
    written,
    screen,
    /** when all of it is on the screen */
    drained: () => new Promise<void>((done) => void output.write('', () => done())),
    write: (text: string) => new Promise<void>((done) => emulator.write(text, done)),
    /** until the screen shows it */
    async shows(text: string): Promise<string> {
      for (let tries = 0; tries < 200; tries++) {
        if (screen().includes(text)) return screen();
        await new Promise((wake) => setTimeout(wake, 25));
      }
      throw new Error(`the screen never showed ${JSON.stringify(text)}:\n${screen()}`);
    },
  };
}

export const keys = { enter: '\r', space: ' ', down: '\x1b[B', up: '\x1b[A', interrupt: '\x03' };
