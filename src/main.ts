import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, Plugin, run } from '@oclif/core';
import packageJson from '../package.json' with { type: 'json' };
import { reportError } from './commands/report-error.js';
import { commands } from './commands.js';
import { packageRoot } from './package-root.js';

export { commands };

/** Runs one command line. Sets `process.exitCode` by the contract; never throws. */
export async function main(argv: string[]): Promise<void> {
  // a reader that goes away (`undoom diagnose | head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  try {
    const named = commandOf(argv);
    if (named) await named.run();
    else await runOclif(argv);
  } catch (error) {
    // thrown before a command was found, or by oclif itself: commands report their own
    reportError(error, { json: argv.includes('--json') });
  }
}

/** A command that stands at the beginning of the line by its name, and is not asked for its help. */
function commandOf(argv: string[]): { run(): Promise<unknown> } | null {
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? argv.length : end).includes('--help')) return null;
  for (const words of [2, 1]) {
    const id = argv.slice(0, words).join(':') as keyof typeof commands;
    if (argv.length < words || !Object.hasOwn(commands, id)) continue;
    const OneCommand = commands[id];
    return { run: () => new RunnableCommand(OneCommand, id, argv.slice(words)).run() };
  }
  return null;
}

/**
 * A command without the rest of oclif: its own parsing, with as much of a configuration as that asks for. To gather the
 * whole, for help and for what is misspelt, takes as long as to read a short log.
 */
class RunnableCommand {
  readonly #command: { _run(): Promise<unknown> };

  constructor(OneCommand: (typeof commands)[keyof typeof commands], id: string, argv: string[]) {
    const { name, version } = packageJson;
    const variable = (key: string) => `${name.toUpperCase()}_${key}`;
    const config = {
      name,
      bin: packageJson.oclif.bin,
      version,
      pjson: packageJson,
      userAgent: `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`,
      // what a command is called in what was typed is found out already
      topicSeparator: ':',
      runHook: async () => ({ successes: [], failures: [] }),
      scopedEnvVar: (key: string) => process.env[variable(key)],
      scopedEnvVarKey: variable,
      scopedEnvVarKeys: (key: string) => [variable(key)],
    };
    OneCommand.id = id;
    this.#command = new OneCommand(argv, config as unknown as Config) as never;
  }

  run(): Promise<unknown> {
    return this.#command._run();
  }
}

/** Help, the version, and what is no command. */
async function runOclif(argv: string[]): Promise<void> {
  // nobody's theme for the help matters, which oclif would look for
  process.env.UNDOOM_DISABLE_THEME = '1';
  const root = packageRoot();
  await run(argv, { root, plugins: [await ownPlugin(root)] } as never);
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
