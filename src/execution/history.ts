import type { History } from '../schemas/history.js';
import type { RunState } from './run-state.js';

/** The runs as people and scripts see them, newest first. Pure. */
export function historyOf(runs: RunState[]): History {
  const entries = runs.map(({ header, outcome, stands, rolledBackAt, error, changes }) => ({
    run: header.run,
    time: header.time,
    user: header.user,
    playbook: header.playbook.name,
    title: header.playbook.title,
    incident: header.playbook.incident,
    outcome,
    stands,
    rolledBackAt,
    error,
    changes: changes.map(({ step, change: { path, before, after }, state, refused }) => ({
      step,
      path,
      before,
      after,
      state,
      refused,
    })),
  }));
  return { schema: 'undoom/history/1', runs: entries.reverse() };
}
