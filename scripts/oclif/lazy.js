// An esbuild plugin for oclif's own modules, which require one another whole, ejs, minimatch and all, of which one
// command needs a small part.
import { readFile } from 'node:fs/promises';

export const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => ({
      contents: makeLazy(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** TypeScript's own output: every use of a required module goes through this one name. */
const required = /^(?:const|var) (\w+_\d+) = ((?:__importDefault|__importStar)?\(?require\("[^"]+"\)\)?);$/gm;

/** What a module requires at its top is loaded when it is first used. */
function makeLazy(text) {
  const names = [];
  const declared = text.replace(required, (_, name, load) => {
    names.push(name);
    return `let loaded_${name}; const lazy_${name} = () => loaded_${name} ??= ${load};`;
  });
  const lazy = names.reduce(
    (all, name) => all.replace(new RegExp(`(?<![\\w.])${name}\\b`, 'g'), `(lazy_${name}())`),
    declared,
  );
  // names of commands are ASCII: to compare them by a locale loads the tables of all of Unicode
  return lazy.replaceAll('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
}
