/** Part of the build: reads and checks `playbooks/`, and prints what a diagnosis loads of them. */
import { compileBuiltIns } from './compile-built-ins.js';

process.stdout.write(JSON.stringify(compileBuiltIns()));
