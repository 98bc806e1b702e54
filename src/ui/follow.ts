import { escapeForTerminal } from '../text/escape.js';

export interface StepOutcome {
  ok: boolean;
  text: string;
  skipped?: boolean;
}

export interface FollowOptions {
  stream: NodeJS.WriteStream;
  isTerminal: boolean;
  /** --json: show nothing */
  quiet: boolean;
}

/**
 * Runs the steps one by one and shows how far they are; the first that fails ends it. On a terminal the list is wiped
 * when it is over: the result, which says more, takes its place.
 * @throws whatever `runStep` rejects with
 */
export async function followSteps(
  steps: { id: string; title: string }[],
  runStep: (id: string) => Promise<StepOutcome>,
  { stream, isTerminal, quiet }: FollowOptions,
): Promise<void> {
  if (!quiet && isTerminal) return followOnTerminal(steps, runStep, stream);
  for (const { id, title } of steps) {
    const { ok, text, skipped } = await runStep(id);
    if (!quiet) {
      const word = !ok ? 'failed' : skipped ? 'nothing to do' : 'done';
      stream.write(`${escapeForTerminal(title)}: ${word}${text === '' ? '' : ` (${escapeForTerminal(text)})`}\n`);
    }
    if (!ok) return;
  }
}

const stopped = Symbol('a step failed');

async function followOnTerminal(
  steps: { id: string; title: string }[],
  runStep: (id: string) => Promise<StepOutcome>,
  stream: NodeJS.WriteStream,
): Promise<void> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const rendererOptions = {
    // listr2 draws on standard output unless its logger says otherwise
    logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream) }),
    clearOutput: true,
    showErrorMessage: false,
  };
  const list = new Listr(
    steps.map(({ id, title }) => ({
      title: escapeForTerminal(title),
      task: async (_context: unknown, task: { skip(): void }) => {
        const { ok, skipped } = await runStep(id);
        if (!ok) throw stopped;
        if (skipped) task.skip();
      },
    })),
    {
      renderer: 'default',
      rendererOptions,
      // the default renderer is passed over where standard output is no terminal, though standard error is
      fallbackRenderer: 'default',
      fallbackRendererOptions: rendererOptions,
      // its own handler ends the process with 127, in the middle of a change
      registerSignalListeners: false,
    },
  );
  try {
    await list.run();
  } catch (error) {
    if (error !== stopped) throw error;
  }
}
