import { builtIns } from '../../playbook/built-ins.js';
import type { Playbook } from '../../playbook/playbook.js';
import { showPlaybookList } from '../../ui/playbooks.js';
import { screenOf } from '../../ui/screen.js';
import { BaseCommand } from '../base.js';

export default class PlaybookList extends BaseCommand {
  static override summary = 'the built-in playbooks';
  static override examples = ['<%= config.bin %> playbook list'];

  async run(): Promise<{ schema: 'undoom/playbooks/1'; playbooks: Playbook[] }> {
    await this.parse(PlaybookList);
    const playbooks = builtIns();
    this.print(showPlaybookList(playbooks, screenOf(process.stdout, process.env)));
    return { schema: 'undoom/playbooks/1', playbooks };
  }
}
