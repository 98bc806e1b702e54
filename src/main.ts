import { run } from '@oclif/core';
import manifest from '../package.json' with { type: 'json' };
import { reportError } from './commands/report-error.js';

export { commands } from './commands.js';

import { packageRoot } from './package-root.js';

/** Runs one command line. Sets `process.exitCode` by the contract; never throws. */
export async function main(argv: string[]): Promise<void> {
  // a reader that goes away (`undoom diagnose | head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  try {
    // told what its package.json says, oclif looks for no other
    await run(argv, { root: packageRoot(), pjson: manifest as never });
  } catch (error) {
    // thrown before a command was found, or by oclif itself: commands report their own
    reportError(error, { json: argv.includes('--json') });
  }
}
