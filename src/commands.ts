/** The commands, by their names (oclif's explicit strategy). */
import Diagnose from './commands/diagnose.js';
import Fix from './commands/fix.js';
import History from './commands/history.js';
import PlaybookList from './commands/playbook/list.js';
import PlaybookShow from './commands/playbook/show.js';
import PlaybookValidate from './commands/playbook/validate.js';
import Rollback from './commands/rollback.js';
import Run from './commands/run.js';
import Snapshot from './commands/snapshot.js';

export const commands = {
  diagnose: Diagnose,
  fix: Fix,
  history: History,
  'playbook:list': PlaybookList,
  'playbook:show': PlaybookShow,
  'playbook:validate': PlaybookValidate,
  rollback: Rollback,
  run: Run,
  snapshot: Snapshot,
};
