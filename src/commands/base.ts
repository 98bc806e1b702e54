import { Command } from '@oclif/core';
import type { Outcome, RunResult } from '../schemas/run.js';
import { jsonParts } from '../text/json.js';
import { type ErrorReport, reportError } from './report-error.js';

/**
 * What all commands share: `--json`, and the exit codes of the contract on both paths (oclif's own differ between
 * them). A command returns its data for --json, prints with `print`, and sets `process.exitCode` where it is not 0.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** Somebody can be asked: a terminal, and not --json. Prompts and progress go to standard error. */
  get mayAsk(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && !this.jsonEnabled();
  }

  /** The result, on standard output; nothing under --json. */
  print(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    reportError(error, { json: this.jsonEnabled(), ...(this.documentOf && { documentOf: this.documentOf }) });
  }

  /** how --json says that the command ended in an error; a document of its own unless a command has another */
  protected documentOf?: (error: ErrorReport) => object;

  override logJson(json: unknown): void {
    for (const part of jsonParts(json)) process.stdout.write(part);
    process.stdout.write('\n');
  }
}

/** fix, run and rollback: whatever they end in is a result of `undoom/run/1`. */
export abstract class RunningCommand extends BaseCommand {
  protected abstract readonly mode: RunResult['mode'];

  protected override documentOf = ({ code, message, hint }: ErrorReport): RunResult => {
    const outcomes: Record<string, Outcome> = {
      failed: 'failed',
      stuck: 'stuck',
      declined: 'declined',
      interrupted: 'interrupted',
    };
    const outcome = outcomes[code.split('.')[0]!] ?? 'refused';
    return { ...nothingDone(this.mode), outcome, error: { code, message, hint } };
  };
}

export function nothingDone(mode: RunResult['mode']): RunResult {
  return {
    schema: 'undoom/run/1',
    run: null,
    playbook: null,
    mode,
    outcome: 'unchanged',
    guards: [],
    steps: [],
    error: null,
  };
}
