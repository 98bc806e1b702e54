/**
 * The one error that undoom throws on purpose. Told apart by its code, never by its message.
 *
 * The first word of a code is its kind, and the kind decides the exit code (README, "Exit codes"):
 * `failed` 1, `call` 2 (a flag, a file, an id), `guard` 3, `stuck` 4, `declined` 5, `interrupted` 130.
 */
export type ErrorKind = 'failed' | 'call' | 'guard' | 'stuck' | 'declined' | 'interrupted';

const exitOf: Record<ErrorKind, number> = { failed: 1, call: 2, guard: 3, stuck: 4, declined: 5, interrupted: 130 };

export type ErrorCode = ErrorKind | `${ErrorKind}.${string}`;

export class UndoomError extends Error {
  readonly code: ErrorCode;
  /** What to do next, as one sentence; null where the message says it already. */
  readonly hint: string | null;
  readonly exit: number;
  /** oclif takes the exit code of an error from here. */
  readonly oclif: { exit: number };

  /**
   * @param message one sentence in the operator's words, without a full stop needed and without a stack
   */
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UndoomError';
    this.code = code;
    this.hint = options.hint ?? null;
    this.exit = exitOf[code.split('.')[0] as ErrorKind];
    this.oclif = { exit: this.exit };
  }
}
