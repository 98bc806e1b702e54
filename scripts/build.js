// Bundles src/ into dist/: start-up is dominated by how many files Node has to find and read, and by what it evaluates
// of them. CommonJS, since a module's import of a Node built-in loads all that the built-in could give.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { lazyOclif } from './oclif/lazy.js';

const outdir = 'dist';
/** Packages that few commands need, undoom's and oclif's: each a bundle of its own, loaded by who needs it. */
const apart = [
  ...['@inquirer/prompts', 'chrono-node', 'execa', 'listr2', 'luxon', 'yaml', 'zod'],
  ...['cli-spinners', 'ejs', 'lilconfig', 'minimatch', 'semver', 'tinyglobby'],
];
const fileOf = (name) => name.replace(/[@/]+/g, '-').replace(/^-/, '');

const common = {
  outdir,
  bundle: true,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node22.15',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'warning',
  define: {
    'import.meta.url': '__fileUrl',
    'process.env.NODE_ENV': '"production"',
    // package.json and bin/run.js say which Node it needs; oclif would load all of semver to look again
    'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"true"',
  },
  banner: { js: "const __fileUrl = require('node:url').pathToFileURL(__filename).href;" },
};

const loadedApart = {
  name: 'loaded-apart',
  setup({ onResolve }) {
    const filter = new RegExp(`^(?:${apart.join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path: `./packages/${fileOf(path)}.cjs`, external: true }));
  },
};

rmSync(outdir, { recursive: true, force: true });
await build({ ...common, entryPoints: Object.fromEntries(apart.map((name) => [`packages/${fileOf(name)}`, name])) });
await build({
  ...common,
  entryPoints: {
    main: 'src/main.ts',
    helper: 'src/execution/helper.ts',
    'print-built-ins': 'src/playbook/print-built-ins.ts',
    'write-schemas': 'src/schemas/write.ts',
  },
  alias: { debug: './scripts/oclif/no-debug.cjs', 'wsl-utils': './scripts/oclif/no-windows.js' },
  // half the bytes to read; an error's stack is still told by its messages
  minifyIdentifiers: true,
  plugins: [loadedApart, lazyOclif],
});

// what `playbooks/` says, checked: an error in a file of it ends the build
const stdio = ['ignore', 'pipe', 'inherit'];
writeFileSync(`${outdir}/playbooks.json`, execFileSync(process.execPath, [`${outdir}/print-built-ins.cjs`], { stdio }));

// the commands' flags and summaries, which oclif would else gather at each start
const plugin = new Plugin({ root: process.cwd(), type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
writeFileSync('oclif.manifest.json', JSON.stringify(plugin.manifest));

// Node keeps what it compiled of a file at its first run: let that be a diagnosis, which is what has to start at once
execFileSync(process.execPath, ['bin/run.js', 'diagnose', '--log', 'test/fixtures/reports/linux-6.18-dmesg.log'], {
  stdio,
});
