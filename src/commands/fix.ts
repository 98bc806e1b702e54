import { Flags } from '@oclif/core';
import { UndoomError } from '../errors.js';
import type { Preview } from '../execution/run.js';
import type { Chosen, Taken } from '../fix.js';
import { causes } from '../schemas/causes.js';
import type { Incident } from '../schemas/diagnosis.js';
import type { RunResult } from '../schemas/run.js';
import { escapeForTerminal } from '../text/escape.js';
import { shellQuote } from '../text/quote.js';
import { showProgress } from '../ui/progress.js';
import { screenOf } from '../ui/screen.js';
import { nothingDone, RunningCommand } from './base.js';
import * as common from './flags.js';

export default class Fix extends RunningCommand {
  protected readonly mode = 'apply';
  static override summary = 'propose what would stop it, and do what is agreed to';
  static override description =
    `Diagnoses, proposes, shows exactly what will be written, asks, writes it with sudo, verifies it, and takes it back where a step fails.`;
  static override examples = [
    { description: 'At a terminal: choose, preview, confirm', command: '<%= config.bin %> fix' },
    {
      description: 'What would be done about one incident?',
      command: '<%= config.bin %> fix --incident 7f3a --dry-run',
    },
    {
      description: 'As a playbook for review; undoom run takes it later',
      command: '<%= config.bin %> fix --incident 7f3a --save raise.yaml',
    },
    { description: 'In a script: what is safe, and nothing else', command: '<%= config.bin %> fix --yes --json' },
    { description: 'With a value of your own', command: '<%= config.bin %> fix --incident 7f3a --set limit=512MiB' },
  ];
  static override flags = {
    ...common.logFlags,
    incident: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      description: 'only this incident (repeatable; a unique beginning of its id)',
    }),
    cause: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: [...causes],
      description: 'only incidents of this cause (repeatable)',
    }),
    set: common.set,
    save: Flags.string({
      helpValue: 'FILE',
      description: 'write the chosen steps as a playbook instead of running them',
    }),
    'dry-run': common.dryRun,
    yes: common.yes,
    'max-risk': Flags.option({
      options: ['low', 'medium', 'high'] as const,
      description: 'the highest risk that --yes takes (low unless given)',
    })(),
    'this-host': Flags.boolean({
      default: false,
      description: 'a log of another host is meant for this one all the same',
    }),
    'detailed-exitcode': common.detailedExitcode,
  };

  async run(): Promise<RunResult> {
    const { flags } = await this.parse(Fix);
    const { inspect } = await import('../inspect.js');
    const { chooseAlone, narrow, planOf, refuseNothing } = await import('../fix.js');
    const { parseSetFlags } = await import('../playbook/template.js');
    const { carryOut } = await import('./carry-out.js');
    const { diagnosis, host } = await inspect({
      files: flags.log ?? [],
      root: flags.root ?? null,
      sinceMs: await common.timeOf(flags.since, 'since'),
      untilMs: await common.timeOf(flags.until, 'until'),
      cpuset: flags.cpuset ?? null,
      progress: showProgress(process.stderr),
      thisHost: flags['this-host'],
    });
    const incidents = narrow(diagnosis.incidents, flags.incident ?? [], flags.cause ?? []);
    if (incidents.length === 0) {
      this.print('No kill was found that asks for a change. undoom diagnose tells what was read.');
      return nothingDone(flags['dry-run'] ? 'dry-run' : 'apply');
    }
    const runsHere = !flags['dry-run'] && flags.save === undefined;
    const taken: Taken = { yes: flags.yes, runsHere, maxRisk: flags['max-risk'] ?? (flags.yes ? 'low' : 'high') };
    const asks = this.mayAsk && !flags.yes;
    const chosen = asks ? await this.ask(incidents, flags.set === undefined) : chooseAlone(incidents, taken);
    if (chosen.length === 0) throw refuseNothing(incidents, taken);
    if (runsHere && !asks && !flags.yes) {
      throw new UndoomError('guard.consent', 'Changes need consent, and there is no terminal to ask at', {
        hint: 'Consent with --yes (and --max-risk), look first with --dry-run, or keep the plan with --save FILE',
      });
    }
    const isCopy = host !== null && !host.files.live;
    if (runsHere && (isCopy || chosen.some(({ incident }) => incident.elsewhere))) {
      throw new UndoomError('guard.host', 'The log is of another host, and nothing of it is run here', {
        hint: 'Save the plan with --save FILE for that host, or say --this-host where it is this one',
      });
    }
    const plan = planOf(chosen, parseSetFlags(flags.set ?? []), host);
    if (flags.save !== undefined) await this.save(flags.save, plan);
    return carryOut(this, plan, {
      dryRun: !runsHere,
      silent: flags.save !== undefined,
      yes: flags.yes,
      maxRisk: flags['max-risk'] ?? 'low',
      detailedExitcode: flags['detailed-exitcode'],
    });
  }

  /** @throws UndoomError declined where nothing is chosen */
  private async ask(incidents: Incident[], mayAdjust: boolean): Promise<Chosen[]> {
    const { chooseAlone } = await import('../fix.js');
    const { adjustParameters, chooseRemedies } = await import('../ui/choose.js');
    const screen = screenOf(process.stderr, process.env);
    if (incidents.every(({ remedies }) => remedies.length === 0)) return [];
    const safe = new Set(
      chooseAlone(incidents, { yes: true, runsHere: true, maxRisk: 'low' }).map(({ remedy }) => remedy),
    );
    const chosen = await chooseRemedies(incidents, (_incident, remedy) => safe.has(remedy), screen);
    if (chosen.length === 0) throw new UndoomError('declined', 'Declined: nothing was chosen, and nothing was changed');
    const adjusted: Chosen[] = [];
    for (const { incident, remedy } of chosen) {
      const parameters = remedy.manual || !mayAdjust ? remedy.parameters : await adjustParameters(remedy, screen);
      adjusted.push({ incident, remedy: { ...remedy, parameters, adjusted: parameters !== remedy.parameters } });
    }
    return adjusted;
  }

  private async save(file: string, plan: Preview): Promise<void> {
    const { saveTo } = await import('../fix.js');
    const { showPreview } = await import('../ui/run.js');
    this.print(showPreview(plan.result, screenOf(process.stdout, process.env)));
    if (plan.result.outcome !== 'pending') return;
    saveTo(file, plan.playbook);
    this.print(`Saved as ${escapeForTerminal(file)}. After review:  undoom run ${escapeForTerminal(shellQuote(file))}`);
  }
}
