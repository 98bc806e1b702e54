import { Args } from '@oclif/core';
import { BaseCommand } from '../base.js';

export default class PlaybookValidate extends BaseCommand {
  static override summary = 'check a playbook without running it';
  static override description =
    'Exits with 2 and names the file, the line and the way out where it is wrong. Reads nothing of the host.';
  static override examples = ['<%= config.bin %> playbook validate raise.yaml'];
  static override args = {
    playbook: Args.string({ ignoreStdin: true, required: true, description: 'a file, or a built-in' }),
  };

  async run(): Promise<{ schema: 'undoom/validation/1'; playbook: string; valid: true; steps: number }> {
    const { loadPlaybook } = await import('../../playbook/load.js');
    const { args } = await this.parse(PlaybookValidate);
    const { name, steps } = loadPlaybook(args.playbook);
    this.print(
      `${args.playbook} is a valid playbook: ${name}, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}.`,
    );
    return { schema: 'undoom/validation/1', playbook: name, valid: true, steps: steps.length };
  }
}
