import { UndoomError } from '../errors.js';

/** Where a prompt reads and draws: the terminal, or a test's own streams. */
export interface PromptContext {
  input?: NodeJS.ReadableStream;
  output?: NodeJS.WritableStream;
  signal?: AbortSignal;
}

/**
 * Asks on standard error: standard output is for the result alone.
 * @throws UndoomError interrupted, on Ctrl-C or an aborted signal
 */
export async function ask<Answer>(
  prompt: (context: PromptContext) => Promise<Answer>,
  context: PromptContext = {},
): Promise<Answer> {
  try {
    return await prompt({ output: process.stderr, ...context });
  } catch (error) {
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
      throw new UndoomError('interrupted', 'Interrupted: nothing was changed', { cause: error });
    }
    throw error;
  }
}
