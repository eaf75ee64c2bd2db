/** Wrong usage: exit code 2 before anything is opened, and help that names every option. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { assay, type RefusedDocument } from '../../helpers/assay.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 120_000 });

let place: Scratch;
beforeAll(() => void (place = scratch()));
afterAll(() => place.remove());
const run = (...args: string[]) => assay(args, { home: place.path('home'), cwd: place.path() });

describe('wrong usage', () => {
  test.for<[string, string[], string]>([
    ['an unknown command', ['inport', 'x'], 'inport'],
    ['an unknown option', ['import', 'x', '--projekt', 'p'], '--projekt'],
    ['a missing option', ['query', 'class:x'], '--project'],
    ['a missing operand', ['import', '--project', 'p'], 'folder'],
    ['one operand too many', ['classify', 'a', 'b', '--project', 'p', '--out', 'o'], 'folder'],
    ['a word where a number belongs', ['import', 'x', '--project', 'p', '--seed', 'many'], '"many"'],
    ['a word that the option does not know', ['import', 'x', '--project', 'p', '--split', 'half'], '"half"'],
    ['an unknown kind of finding', ['clean', '--project', 'p', '--kind', 'dirt'], '"dirt"'],
    ['an unknown view', ['classify', 'x', '--project', 'p', '--out', 'o', '--views', 'all'], '"all"'],
    ['an unknown preset', ['train', '--project', 'p', '--backbone', 'classic', '--preset', 'magic'], '"magic"'],
  ])('%s is refused with exit code 2 and the usage line', async ([, args, named]) => {
    const end = await run(...args, '--json');
    expect(end.code).toBe(2);
    const { error } = end.json<RefusedDocument>();
    expect(error.code).toBe('usage/invalid');
    expect(error.message).toContain(named);
    expect(error.remedy).not.toBe('');
  });

  test('without --json the message goes to stderr and stdout stays empty', async () => {
    const end = await run('query', 'class:x');
    expect(end.code).toBe(2);
    expect(end.stdout).toBe('');
    expect(end.stderr).toContain('--project is missing');
    expect(end.stderr).toContain('Usage: assay query');
  });

  test('help lists every command, and the help of a command its options', async () => {
    const overview = await run('help');
    expect(overview.code).toBe(0);
    for (const name of 'demo import models train evaluate clean query label undo redo classify serve'.split(' '))
      expect(overview.stdout).toMatch(new RegExp(`^  ${name}  `, 'm'));
    const help = await run('import', '--help');
    for (const option of ['--labels', '--split-list', '--id-column', '--seed']) expect(help.stdout).toContain(option);
  });
});
