import { isSystemUnit } from './unit-state.js';

const properties = 'LoadState,ActiveState,SubState,Result,NRestarts,MainPID';
/** Each answer takes some milliseconds; a log may name any number of units. */
const mostUnits = 16;
const timeoutMs = 2000;

/**
 * The one program that is run to read a host: with fixed arguments, a clean environment and a time limit, for units of
 * the system whose name is one. It asks systemd over its bus and changes nothing.
 */
export function showUnit(): (name: string) => string | null {
  const answers = new Map<string, string | null>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    if (!isSystemUnit(name) || answers.size >= mostUnits) return null;
    const answer = ask(name);
    answers.set(name, answer);
    return answer;
  };
}

function ask(name: string): string | null {
  // loaded when it is first needed: most diagnoses ask nothing
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  try {
    return execFileSync('systemctl', ['show', '--no-pager', `--property=${properties}`, '--', name], {
      encoding: 'utf8',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      cwd: '/',
    });
  } catch {
    return null;
  }
}
