/** assay serve: the studio as a page in the browser of this computer. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openBrowserDoor } from '../../browser/server.ts';
import { type Command } from '../command.ts';
import { PROJECT_OPTION, newEngine } from '../studio.ts';

function openInBrowser(url: string): void {
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['cmd', ['/c', 'start', '', url]]
      : process.platform === 'darwin'
        ? ['open', [url]]
        : ['xdg-open', [url]];
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

export const serve: Command = {
  name: 'serve',
  operands: '[PROJECT]',
  about: 'serve the studio to the browser of this computer',
  options: {
    project: PROJECT_OPTION,
    port: { type: 'string', value: 'N', about: 'port on the loopback address (any free one)' },
    open: { type: 'boolean', about: 'open the browser' },
  },
  async run(call) {
    const { options } = call;
    const engine = newEngine('browser');
    const project =
      options.path('project') ?? (call.operands[0] === undefined ? undefined : options.resolve(call.operands[0]));
    try {
      if (project !== undefined) await engine.call('project.open', { path: project });
      const page = join(import.meta.dirname, '../../../../dist/renderer');
      const door = await openBrowserDoor({ engine, page, port: options.number('port') ?? 0 });
      call.terminal.note(`Assay is at ${door.url}`);
      if (options.flag('open')) openInBrowser(door.url);
      await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve(), { once: true }));
      await door.close();
      return { document: { url: door.url }, text: 'Closed.' };
    } finally {
      await engine.close();
    }
  },
};
