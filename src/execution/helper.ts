/**
 * The side that runs as root: one process for a whole run, started once (through sudo) before the first change. It
 * checks everything again by itself, keeps the journal, and takes an unfinished run back when its input closes. A
 * finished run stands, whoever exits.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { DateTime } from 'luxon';
import { UndoomError } from '../errors.js';
import { liveFiles, openHost } from '../host/index.js';
import { parsePlaybook } from '../playbook/load.js';
import type { ChangeView } from '../schemas/run.js';
import { createJournal } from './journal.js';
import { applyStep, type LiveRun, takeBack } from './live-run.js';
import { type Lock, takeLock } from './lock.js';
import { prepare } from './prepare.js';
import { type BeginReply, type Replies, type Reply, type Request, requestSchema } from './protocol.js';
import { chooseRun, rollBack } from './roll-back.js';
import { readRuns } from './run-state.js';
import { stateDirectory } from './state-directory.js';

const state = stateDirectory();
let lock: Lock | null = null;
let current: LiveRun | null = null;

// The terminal's Ctrl-C and hang-up reach every process of its foreground group: this one has work to end in order.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const) process.on(signal, () => {});
process.on('SIGTERM', () => process.stdin.destroy());
// Who asked may be gone: what is told to nobody is still in the journal.
process.stdout.on('error', () => {});

function caller(): string {
  return process.env.SUDO_USER ?? 'root';
}

async function answer(request: Request): Promise<Replies[keyof Replies]> {
  switch (request.request) {
    case 'begin':
      return begin(request);
    case 'step':
      return applyStep(running(), request.id);
    case 'take-back':
      return { takenBack: await takeBack(running(), 'interrupted', request.reason) };
    case 'rollback': {
      lock ??= takeLock(state, holderText(`rollback of ${request.run}`));
      return rollBack(chooseRun(readRuns(state), request.run)!, state, caller());
    }
  }
}

function running(): LiveRun {
  if (!current || current.ended) throw new UndoomError('failed.protocol', 'no run has begun');
  return current;
}

function begin({ playbook: text, origin, digest, shown }: Extract<Request, { request: 'begin' }>): BeginReply {
  if (current) throw new UndoomError('failed.protocol', 'a run has begun already');
  const playbook = { ...parsePlaybook(text, { kind: 'file', name: origin.name }), origin };
  const now = DateTime.now();
  const run = `${now.toFormat('yyyyLLdd-HHmmss')}-${randomBytes(2).toString('hex')}`;
  lock ??= takeLock(state, holderText(`run ${run} (${playbook.name})`));

  const files = liveFiles();
  const prepared = prepare(playbook, { files, runs: readRuns(state), digest });
  const steps = prepared.steps.map(({ result }) => result);
  if (prepared.outcome !== 'pending') return { run: null, outcome: prepared.outcome, error: prepared.error, steps };
  const planned = steps.map(({ id, changes }) => ({ id, changes }));
  if (!isDeepStrictEqual(planned.map(whatIsDone), shown.map(whatIsDone))) {
    const error = {
      code: 'guard.drift',
      message: 'Refused: what would be written now is not what was shown',
      hint: 'The host has changed in between: look at it again and start anew',
    };
    return { run: null, outcome: 'refused', error, steps };
  }
  const journal = createJournal(state, {
    version: 1,
    run,
    time: now.toISO(),
    user: caller(),
    pid: process.pid,
    machineId: openHost(files).identity.machineId,
    playbook: {
      name: playbook.name,
      title: playbook.title,
      digest,
      file: origin.kind === 'file' ? origin.name : null,
      incident: playbook.because?.incident ?? null,
    },
    steps: playbook.steps,
  });
  current = { run, journal, prepared: prepared.steps, results: [], changes: [], ended: false };
  return { run, outcome: 'pending', error: null, steps };
}

/** What is written, and over what. What a command finds (how much process 1 holds) is a reading, and moves by itself. */
function whatIsDone({ id, changes }: { id: string; changes: ChangeView[] }) {
  return { id, changes: changes.map((change) => (change.kind === 'command' ? { ...change, before: null } : change)) };
}

function holderText(what: string): string {
  return `${what} of ${caller()}, process ${process.pid}, since ${DateTime.now().toFormat('d LLL HH:mm:ss')}`;
}

function send(reply: Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function failure(error: unknown): Reply {
  if (error instanceof UndoomError) {
    return { ok: false, error: { code: error.code, message: error.message, hint: error.hint } };
  }
  return { ok: false, error: { code: 'failed.internal', message: String(error), hint: null } };
}

async function serve(): Promise<void> {
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const request = requestSchema.safeParse(JSON.parse(line));
      if (!request.success) throw new UndoomError('failed.protocol', 'this is no request that is understood');
      send({ ok: true, result: await answer(request.data) });
    } catch (error) {
      send(failure(error));
    }
  }
  if (current && !(current as LiveRun).ended) {
    await takeBack(current, 'interrupted', 'undoom went away before the run had ended');
  }
  (lock as Lock | null)?.release();
  process.exit(0);
}

void serve();
