/** assay demo: draws the 17-class Korean document set. */
import { RateMeter } from '../../../engine/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { newEngine } from '../studio.ts';

export const demo: Command = {
  name: 'demo',
  operands: 'OUT',
  about: 'draw a 17-class Korean document set with known wrong labels',
  options: {
    train: { type: 'string', value: 'N', about: 'training images (1570)' },
    test: { type: 'string', value: 'N', about: 'degraded test images (3140)' },
    noise: { type: 'string', value: 'SHARE', about: 'share of wrong training labels (0.03)' },
    seed: { type: 'string', value: 'N', about: 'seed (1)' },
  },
  async run(call) {
    const [out] = call.operands;
    if (out === undefined || call.operands.length > 1) throw usageError(demo, 'name one folder for the set');
    const engine = newEngine('command');
    const meter = new RateMeter();
    const started = Date.now();
    try {
      const result = await engine.drawDemo(
        {
          folder: call.options.resolve(out),
          train: call.options.number('train') ?? 1570,
          test: call.options.number('test') ?? 3140,
          noise: call.options.number('noise') ?? 0.03,
          seed: call.options.number('seed') ?? 1,
        },
        {
          signal: call.signal,
          onProgress: (done, total) => {
            meter.add(Date.now(), done);
            call.terminal.progress({ phase: 'draw', done, total, ...meter.estimate(total) });
          },
        },
      );
      const document = { folder: call.options.resolve(out), ...result, seconds: (Date.now() - started) / 1000 };
      return {
        document,
        text: `Drew ${result.train} training and ${result.test} test images of ${result.classes} classes, ${result.noisy} with a wrong label.`,
      };
    } finally {
      call.terminal.endProgress();
      await engine.close();
    }
  },
};
