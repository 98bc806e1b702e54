import { describe, expect, test } from 'vitest';
import { adjustParameters, chooseRemedies, confirmWrite } from '../../src/ui/choose.js';
import { incident, plain } from './sample.js';
import { keys, terminal } from './terminal.js';

const first = incident();
const second = incident({
  id: '9b1c2d3e',
  reportIds: ['9b1c2d3e'],
  limitCgroup: '/batch\x1b[2J',
  count: 1,
  remedies: [{ ...incident().remedies[0]!, title: 'Raise the memory limit of /batch to 1 GiB', risk: 'medium' }],
});
const hopeless = incident({ id: 'c0ffee00', reportIds: [], remedies: [], notes: ['The cgroup /gone is gone.'] });
const all = [first, second, hopeless];
const safe = (_: unknown, { risk, manual }: { risk: string; manual: boolean }) => risk === 'low' && !manual;

describe('the choice', () => {
  test('is grouped by incident, with risk and reason beside each, the safe ones chosen already', async () => {
    const { input, output, shows } = terminal();
    const answer = chooseRemedies(all, safe, plain, { input, output });
    const screen = await shows('space chooses');
    expect(screen).toMatch(/7f3a: The limit of \/shop was reached +killed 3 times/);
    expect(screen).toMatch(/❯◉ Raise the memory limit of \/shop to 300 MiB +low risk\n {3}It held its whole 200 MiB/);
    expect(screen).toMatch(/ ◯ End what is not needed in \/shop +to do by hand/);
    expect(screen).toMatch(/9b1c: The limit of \/batch\\x1b\[2J was reached/);
    expect(screen).toMatch(/ ◯ Raise the memory limit of \/batch to 1 GiB +medium risk/);
    expect(screen).toContain('The cgroup /gone is gone.');
    input.write(keys.enter);
    expect(await answer).toEqual([{ incident: first, remedy: first.remedies[0] }]);
  });

  test('takes what the keys say', async () => {
    const { input, output, shows } = terminal();
    const answer = chooseRemedies(all, safe, plain, { input, output });
    await shows('space chooses');
    for (const key of [keys.space, keys.down, keys.down, keys.space]) {
      input.write(key);
      await new Promise((wake) => setTimeout(wake, 20));
    }
    expect(await shows('❯◉ Raise the memory limit of /batch')).toContain(' ◯ Raise the memory limit of /shop');
    input.write(keys.enter);
    expect(await answer).toEqual([{ incident: second, remedy: second.remedies[0] }]);
  });

  test('of nothing asks nothing', async () => {
    expect(await chooseRemedies([hopeless], safe, plain)).toEqual([]);
  });

  test('that is interrupted is an error with its own exit code', async () => {
    const { input, output, shows, written } = terminal();
    const answer = chooseRemedies(all, safe, plain, { input, output });
    const failed = expect(answer).rejects.toMatchObject({ code: 'interrupted', exit: 130 });
    await shows('space chooses');
    input.write(keys.interrupt);
    await failed;
    const text = written.join('');
    expect(text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(text.lastIndexOf('\x1b[?25l'));
  });

  test('ends with the signal that it is given', async () => {
    const { input, output, shows } = terminal();
    const controller = new AbortController();
    const answer = chooseRemedies(all, safe, plain, { input, output, signal: controller.signal });
    const failed = expect(answer).rejects.toMatchObject({ code: 'interrupted' });
    await shows('space chooses');
    controller.abort();
    await failed;
  });
});

describe('a value', () => {
  const remedy = first.remedies[0]!;

  test('stays as proposed unless a person wants another', async () => {
    const { input, output, shows } = terminal();
    const answer = adjustParameters(remedy, plain, { input, output });
    await shows('Change a value? (limit 300MiB)');
    input.write(keys.enter);
    expect(await answer).toEqual(remedy.parameters);
  });

  test('is checked as it is typed, and read as people write sizes', async () => {
    const { input, output, shows } = terminal();
    const answer = adjustParameters(remedy, plain, { input, output });
    await shows('Change a value?');
    input.write('y\r');
    await shows('Its new limit (limit): (300MiB)');
    input.write('plenty\r');
    await shows('It must be a size, as 512MiB or 1.5GiB');
    input.write('\x15');
    input.write('512M\r');
    expect(await answer).toEqual({ cgroup: '/shop', limit: 512 * 2 ** 20 });
  });

  test('is not asked for where there is none', async () => {
    const byHand = { ...first.remedies[1]!, parameters: {} };
    expect(await adjustParameters(byHand, plain)).toEqual({});
  });
});

describe('the consent', () => {
  test.each([
    ['\r', false],
    ['n\r', false],
    ['y\r', true],
  ])('%j is %s', async (typed, consent) => {
    const { input, output, shows } = terminal();
    const answer = confirmWrite('Write it?', { input, output });
    await shows('Write it? (y/N)');
    input.write(typed);
    expect(await answer).toBe(consent);
  });

  test('that is interrupted is none', async () => {
    const { input, output, shows } = terminal();
    const answer = confirmWrite('Write it?', { input, output });
    const failed = expect(answer).rejects.toMatchObject({ code: 'interrupted' });
    await shows('Write it?');
    input.write(keys.interrupt);
    await failed;
  });
});
