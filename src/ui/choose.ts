import { builtIn } from '../playbook/built-ins.js';
import { readValue } from '../playbook/parameters.js';
import type { Parameter, ParameterValues } from '../playbook/playbook.js';
import type { Incident, Remedy } from '../schemas/diagnosis.js';
import { exactBytes } from '../text/bytes.js';
import { headingRows } from './incident.js';
import { block, clean, sides } from './layout.js';
import { ask, type PromptContext } from './prompt.js';
import { riskOf, riskStyle } from './remedies.js';
import { marks, type Screen } from './screen.js';

export interface Choice {
  incident: Incident;
  remedy: Remedy;
}

/** cells that the prompt itself puts before a choice: cursor, box, blank */
const boxWidth = 3;

/**
 * Checkboxes, grouped by incident, with risk and reason beside each. Manual remedies can be chosen to have them printed
 * with the plan: nobody runs them but the reader.
 * @throws UndoomError interrupted
 */
export async function chooseRemedies(
  incidents: Incident[],
  isPreselected: (incident: Incident, remedy: Remedy) => boolean,
  screen: Screen,
  context: PromptContext = {},
): Promise<Choice[]> {
  if (incidents.every(({ remedies }) => remedies.length === 0)) return [];
  const { checkbox, Separator } = await import('@inquirer/prompts');
  // one cell is kept free: a prompt's own wrapping begins at the last column
  const inner = { ...screen, columns: screen.columns - boxWidth - 1 };
  const choices = incidents.flatMap((incident) => [
    new Separator([...headingRows(inner, incident, incidents), ...whyNone(inner, incident)].join('\n ')),
    ...incident.remedies.map((remedy) => ({
      value: { incident, remedy },
      name: nameOf(inner, remedy),
      short: clean(remedy.title),
      checked: !remedy.manual && isPreselected(incident, remedy),
    })),
  ]);
  return ask(
    (where) =>
      checkbox<Choice>(
        {
          message: 'What should be done?',
          choices,
          pageSize: pageSize(where),
          loop: false,
          theme: checkboxTheme(screen),
        },
        where,
      ),
    context,
  );
}

function nameOf(screen: Screen, remedy: Remedy): string {
  const title = sides(screen, remedy.title, riskOf(remedy), { rightStyle: riskStyle(remedy) });
  const reason = block(screen, remedy.why, { style: 'dim' });
  return [...title, ...reason].join(`\n${' '.repeat(boxWidth)}`);
}

function whyNone(screen: Screen, { remedies, notes }: Incident): string[] {
  if (remedies.length > 0) return [];
  const texts = notes.length > 0 ? notes : ['Nothing safe can be proposed.'];
  return texts.flatMap((text) => block(screen, text, { indent: 1 }));
}

/** As much of the list as the terminal shows beside the question and the keys. */
function pageSize({ output }: PromptContext): number {
  const rows = (output as NodeJS.WriteStream | undefined)?.rows ?? 24;
  return Math.max(7, rows - 6);
}

/** What is alike in all prompts: marks that say the same without colour. */
function themeOf(screen: Screen) {
  return { prefix: { idle: '?', done: marks(screen).ok } };
}

function checkboxTheme(screen: Screen) {
  return {
    ...themeOf(screen),
    icon: screen.unicode
      ? { checked: '◉', unchecked: '◯', cursor: '❯' }
      : { checked: '#', unchecked: '-', cursor: '>' },
    style: { keysHelpTip: () => '(space chooses, enter goes on, ctrl-c ends it and changes nothing)' },
  };
}

/**
 * Asks whether a value should be another, then for each with the proposed one as it stands. Which cgroup it is stays:
 * another one would be another remedy.
 * @returns the remedy's parameters, with what was changed
 * @throws UndoomError interrupted
 */
export async function adjustParameters(
  remedy: Remedy,
  screen: Screen,
  context: PromptContext = {},
): Promise<ParameterValues> {
  const { parameters } = builtIn(remedy.playbook);
  const open = Object.entries(remedy.parameters).filter(([name]) => {
    const parameter = parameters[name];
    return parameter !== undefined && parameter.type !== 'cgroup';
  });
  if (open.length === 0) return remedy.parameters;
  const { confirm, input } = await import('@inquirer/prompts');
  const values = open.map(([name, value]) => `${name} ${shownValue(parameters[name]!, value)}`).join(', ');
  const message = `${clean(remedy.title)}. Change a value? (${clean(values)})`;
  if (!(await ask((where) => confirm({ message, default: false, theme: themeOf(screen) }, where), context)))
    return remedy.parameters;

  const adjusted: ParameterValues = { ...remedy.parameters };
  for (const [name, value] of open) {
    const parameter = parameters[name]!;
    const answer = await ask(
      (where) =>
        input(
          {
            message: `${clean(parameter.title)} (${name}):`,
            default: shownValue(parameter, value),
            theme: themeOf(screen),
            validate: (text) => complaint(parameter, text) ?? true,
          },
          where,
        ),
      context,
    );
    const read = readValue(parameter, answer);
    if ('value' in read) adjusted[name] = read.value;
  }
  return adjusted;
}

function shownValue({ type }: Parameter, value: string | number): string {
  return type === 'bytes' && typeof value === 'number' ? exactBytes(value) : String(value);
}

function complaint(parameter: Parameter, text: string): string | null {
  const read = readValue(parameter, text);
  return 'wrong' in read ? `It ${clean(read.wrong)}` : null;
}

/**
 * No unless a person says yes.
 * @throws UndoomError interrupted
 */
export async function confirmWrite(message: string, context: PromptContext = {}): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  return ask((where) => confirm({ message: clean(message), default: false }, where), context);
}
