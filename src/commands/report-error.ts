import { UndoomError } from '../errors.js';
import { jsonText } from '../text/json.js';
import { showError } from '../ui/error.js';
import { screenOf } from '../ui/screen.js';

export interface ErrorReport {
  code: string;
  message: string;
  hint: string | null;
  exit: number;
}

/** Whatever was thrown, as one sentence, what to do next, and the exit code of the contract. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof UndoomError) {
    return { code: error.code, message: error.message, hint: error.hint, exit: error.exit };
  }
  if (!(error instanceof Error)) return { code: 'failed', message: String(error), hint: null, exit: 1 };
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError') {
    return { code: 'interrupted', message: 'Interrupted: nothing was changed', hint: null, exit: 130 };
  }
  const unknown = /^command (.{1,100}) not found$/.exec(error.message);
  if (unknown) {
    return {
      code: 'call',
      message: `There is no command ${unknown[1]!.replaceAll(':', ' ')}`,
      hint: 'undoom --help lists the commands',
      exit: 2,
    };
  }
  // oclif's own errors are about the call: an unknown command, flag or argument
  if ('oclif' in error) {
    const [message, ...rest] = error.message.split('\n');
    const hint = rest.find((line) => line.trim() !== '' && !line.startsWith('See more help')) ?? null;
    return {
      code: 'call',
      message: message!.replace(/:$/, hint ? `: ${hint.trim()}` : ''),
      hint: 'Run the command with --help to see what it takes',
      exit: 2,
    };
  }
  return {
    code: 'failed.internal',
    message: `undoom met something it did not expect: ${error.message.split('\n')[0]}`,
    hint: 'Please report it, with the output of the same command under UNDOOM_DEBUG=1',
    exit: 1,
  };
}

/**
 * Prints it (as JSON on standard output under --json) and sets the exit code.
 * @param documentOf how a command's own --json document says that it ended in this
 */
export function reportError(
  error: unknown,
  { json, documentOf = plainDocument }: { json: boolean; documentOf?: (error: ErrorReport) => object },
): void {
  const report = describeError(error);
  process.exitCode = report.exit;
  if (process.env.UNDOOM_DEBUG && error instanceof Error) console.error(error.stack);
  if (json) process.stdout.write(`${jsonText(documentOf(report))}\n`);
  else process.stderr.write(`${showError(report, screenOf(process.stderr, process.env))}\n`);
}

function plainDocument({ code, message, hint }: ErrorReport): object {
  return { schema: 'undoom/error/1', error: { code, message, hint } };
}
