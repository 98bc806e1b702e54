import { run } from '@oclif/core';
import { reportError } from './commands/report-error.js';
import { packageRoot } from './package-root.js';

/** Runs one command line. Sets `process.exitCode` by the contract; never throws. */
export async function main(argv: string[]): Promise<void> {
  // a reader that goes away (`undoom diagnose | head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  try {
    await run(argv, packageRoot());
  } catch (error) {
    // thrown before a command was found, or by oclif itself: commands report their own
    reportError(error, { json: argv.includes('--json') });
  }
}
