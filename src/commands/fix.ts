import { Flags } from '@oclif/core';
import { UndoomError } from '../errors.js';
import { type Chosen, chooseAlone, narrow, planOf, refuseNothing, saveTo } from '../fix.js';
import { inspect } from '../inspect.js';
import { parseSetFlags } from '../playbook/template.js';
import { causes } from '../schemas/causes.js';
import type { RunResult } from '../schemas/run.js';
import { adjustParameters, chooseRemedies } from '../ui/choose.js';
import { showPreview } from '../ui/run.js';
import { screenOf } from '../ui/screen.js';
import { BaseCommand } from './base.js';
import { carryOut } from './carry-out.js';
import * as common from './flags.js';

export default class Fix extends BaseCommand {
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
    'max-risk': Flags.string({
      options: ['low', 'medium', 'high'],
      description: 'the highest risk that --yes takes (low unless given)',
    }),
    'this-host': Flags.boolean({
      default: false,
      description: 'a log of another host is meant for this one all the same',
    }),
    'detailed-exitcode': common.detailedExitcode,
  };

  async run(): Promise<RunResult> {
    const { flags } = await this.parse(Fix);
    const values = parseSetFlags(flags.set ?? []);
    const maxRisk = flags['max-risk'] as 'low' | 'medium' | 'high' | undefined;
    const { diagnosis, host } = await inspect({
      files: flags.log ?? [],
      root: flags.root ?? null,
      sinceMs: await common.timeOf(flags.since, 'since'),
      untilMs: await common.timeOf(flags.until, 'until'),
      cpuset: flags.cpuset ?? null,
      thisHost: flags['this-host'],
    });
    const screen = screenOf(process.stdout, process.env);
    const incidents = narrow(diagnosis.incidents, flags.incident ?? [], flags.cause ?? []);
    for (const warning of diagnosis.warnings) process.stderr.write(`${warning}\n`);
    if (incidents.length === 0) {
      this.print('No kill was found that asks for a change. undoom diagnose tells what was read.');
      return emptyResult(flags['dry-run']);
    }
    const runsHere = !flags['dry-run'] && flags.save === undefined;
    const taken = { yes: flags.yes, runsHere, maxRisk: maxRisk ?? (flags.yes ? 'low' : 'high') } as const;
    let chosen: Chosen[] = chooseAlone(incidents, taken);
    if (this.mayAsk && !flags.yes) {
      const preselected = new Set(
        chooseAlone(incidents, { yes: true, runsHere, maxRisk: 'low' }).map(({ remedy }) => remedy),
      );
      const answer = await chooseRemedies(incidents, (_incident, remedy) => preselected.has(remedy), screen);
      if (answer.length === 0) {
        process.exitCode = 5;
        this.print('Declined: nothing was chosen, and nothing was changed.');
        return { ...emptyResult(flags['dry-run']), outcome: 'declined' };
      }
      chosen = [];
      for (const one of answer) {
        const parameters =
          one.remedy.manual || flags.set ? one.remedy.parameters : await adjustParameters(one.remedy, screen);
        chosen.push({ ...one, remedy: { ...one.remedy, parameters } });
      }
    } else if (chosen.length === 0) {
      throw refuseNothing(incidents, taken);
    }
    if (runsHere && !this.mayAsk && !flags.yes) {
      throw new UndoomError('guard.consent', 'Changes need consent, and there is no terminal to ask at', {
        hint: 'Consent with --yes (and --max-risk), look first with --dry-run, or keep the plan with --save FILE',
      });
    }
    const plan = planOf(chosen, values, host);
    if (runsHere && chosen.some(({ incident }) => incident.elsewhere)) {
      throw new UndoomError('guard.host', 'The log is of another host, and nothing of it is run here', {
        hint: 'Save the plan with --save FILE for that host, or say --this-host where it is this one',
      });
    }
    if (flags.save !== undefined) {
      this.print(showPreview(plan.result, screen));
      if (plan.result.outcome === 'pending') {
        saveTo(flags.save, plan.playbook);
        this.print(`Saved as ${flags.save}. After review:  undoom run ${flags.save}`);
      }
    }
    return carryOut(this, plan, {
      dryRun: !runsHere,
      silent: flags.save !== undefined,
      yes: flags.yes,
      maxRisk: maxRisk ?? 'low',
      detailedExitcode: flags['detailed-exitcode'],
    });
  }
}

function emptyResult(isDryRun: boolean): RunResult {
  return {
    schema: 'undoom/run/1',
    run: null,
    playbook: null,
    mode: isDryRun ? 'dry-run' : 'apply',
    outcome: 'unchanged',
    guards: [],
    steps: [],
    error: null,
  };
}
