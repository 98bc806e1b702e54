#!/usr/bin/env node
// Starts undoom. Plain enough for any Node since 12 to read, so that an old one can say what it needs. CommonJS (see
// package.json beside it): half the time to start.
const { existsSync } = require('fs');
const { join } = require('path');

const [major, minor] = process.versions.node.split('.').map(Number);
const built = join(__dirname, '../dist/main.cjs');
const own = join(__dirname, '../node_modules/node/bin/node');

if (major < 22 || (major === 22 && minor < 15)) {
  if (existsSync(own) && process.execPath !== own) startOwn();
  else {
    console.error(
      `undoom needs Node 22.15 or newer, and this is ${process.versions.node}. Install one, or run "npm ci" in the checkout, which brings its own.`,
    );
    process.exitCode = 1;
  }
} else if (!existsSync(built)) {
  console.error('undoom is not built yet: run "npm ci" in the checkout.');
  process.exitCode = 1;
} else {
  // beside the code, and of the same owner: in the folder for temporary files anybody could have put code for root
  require('module').enableCompileCache(join(__dirname, '../dist/cache'));
  require(built).main(process.argv.slice(2));
}

function startOwn() {
  const { spawn } = require('child_process');
  const child = spawn(own, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to the child as well; this process only waits for how it ends.
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`undoom could not start its own Node (${own}): ${error.message}. Run "npm ci" in the checkout.`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : code;
  });
}
