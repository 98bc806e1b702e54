import type { Playbook } from '../../playbook/playbook.js';
import { screenOf } from '../../ui/screen.js';
import { BaseCommand } from '../base.js';

export default class PlaybookList extends BaseCommand {
  static override summary = 'the built-in playbooks';
  static override examples = ['<%= config.bin %> playbook list'];

  async run(): Promise<{ schema: 'undoom/playbooks/1'; playbooks: Playbook[] }> {
    const { builtIns } = await import('../../playbook/built-ins.js');
    const { showPlaybookList } = await import('../../ui/playbooks.js');
    await this.parse(PlaybookList);
    const playbooks = builtIns();
    this.print(showPlaybookList(playbooks, screenOf(process.stdout, process.env)));
    return { schema: 'undoom/playbooks/1', playbooks };
  }
}
