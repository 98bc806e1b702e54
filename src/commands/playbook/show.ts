import { Args } from '@oclif/core';
import type { Playbook } from '../../playbook/playbook.js';
import { screenOf } from '../../ui/screen.js';
import { BaseCommand } from '../base.js';

export default class PlaybookShow extends BaseCommand {
  static override summary = 'one playbook: what it does, its parameters, its risk';
  static override examples = [
    '<%= config.bin %> playbook show raise-cgroup-limit',
    '<%= config.bin %> playbook show raise.yaml',
  ];
  static override args = {
    playbook: Args.string({ ignoreStdin: true, required: true, description: 'a built-in, or a file' }),
  };

  async run(): Promise<{ schema: 'undoom/playbook/1'; playbook: Playbook }> {
    const { loadPlaybook } = await import('../../playbook/load.js');
    const { showPlaybook } = await import('../../ui/playbooks.js');
    const { args } = await this.parse(PlaybookShow);
    const playbook = loadPlaybook(args.playbook);
    this.print(showPlaybook(playbook, screenOf(process.stdout, process.env)));
    return { schema: 'undoom/playbook/1', playbook };
  }
}
