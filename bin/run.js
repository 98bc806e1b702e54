#!/usr/bin/env node
// Starts undoom. Plain enough for any Node since 12 to read, so that an old one can say what it needs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const built = new URL('../dist/main.js', import.meta.url);
const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (major < 22 || (major === 22 && minor < 15)) {
  if (existsSync(own) && process.execPath !== own) {
    const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
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
  } else {
    console.error(
      `undoom needs Node 22.15 or newer, and this is ${process.versions.node}. Install one, or run "npm ci" in the checkout, which brings its own.`,
    );
    process.exitCode = 1;
  }
} else if (!existsSync(built)) {
  console.error('undoom is not built yet: run "npm ci" in the checkout.');
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  const { main } = await import(built.href);
  await main(process.argv.slice(2));
}
