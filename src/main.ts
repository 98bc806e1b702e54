import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Plugin, run } from '@oclif/core';
import packageJson from '../package.json' with { type: 'json' };
import { reportError } from './commands/report-error.js';
import { packageRoot } from './package-root.js';

export { commands } from './commands.js';

/** Runs one command line. Sets `process.exitCode` by the contract; never throws. */
export async function main(argv: string[]): Promise<void> {
  // a reader that goes away (`undoom diagnose | head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  // nor does anybody's theme for oclif's help matter, which it would look for at each start
  process.env.UNDOOM_DISABLE_THEME = '1';
  try {
    const root = packageRoot();
    await run(argv, { root, plugins: [await ownPlugin(root)] } as never);
  } catch (error) {
    // thrown before a command was found, or by oclif itself: commands report their own
    reportError(error, { json: argv.includes('--json') });
  }
}

/**
 * undoom's commands as the build has listed them (oclif.manifest.json). oclif would search for its package.json and read
 * both through Node's promises, whose loading takes longer than the reading.
 */
async function ownPlugin(root: string): Promise<Plugin> {
  const plugin = new Plugin({ root, pjson: packageJson as never, isRoot: true, type: 'core' });
  const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
  Object.assign(plugin, { _manifest: async () => manifest, commandIDs: Object.keys(manifest.commands) });
  await plugin.load();
  return plugin;
}
