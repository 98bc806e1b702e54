import { Command } from '@oclif/core';
import { reportError } from './report-error.js';

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
    reportError(error, { json: this.jsonEnabled() });
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }
}
