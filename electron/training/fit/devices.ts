/** Which device a training runs on: the one asked for, or the CPU with a word why. */
import { createSession, providers } from '../../compute/index.ts';
import { AssayError } from '../../contract/index.ts';
import { encodeModel, floats, graphBuilder } from '../../onnx/index.ts';
import { cpuStepper, type StepperOptions } from './stepper-cpu.ts';
import { deviceStepper } from './stepper-device.ts';
import { type Stepper } from './stepper.ts';

/** Providers whose tensors stay on the device; the others compute in host memory. */
const RESIDENT = new Set(['webgpu']);

/**
 * Opens the recipe's device. Where this computer does not have it, or it refuses the network, the training goes on on
 * the CPU, and the log says why: a training that was started must not end for want of a graphics card.
 */
export async function openStepper(options: StepperOptions, context: { log(line: string): void }): Promise<Stepper> {
  const { provider, precision } = options.recipe.device;
  const half = precision === 'float16';
  if (provider === 'cpu') {
    if (half) context.log('float16 is for graphics devices: the CPU computes in float32.');
    return cpuStepper(options);
  }
  const known = await providers();
  if (!known.includes(provider)) {
    context.log(`${provider} is not in this build of the runtime (${known.join(', ')}): training on the CPU.`);
    return cpuStepper(options);
  }
  const refused = half ? await refusalOfHalf(provider) : undefined;
  if (refused !== undefined) context.log(`${provider} has no float16 (${refused}): training in float32.`);
  const own = { ...options, device: provider, half: half && refused === undefined };
  const onFallBack = (what: string): void => context.log(`${provider}: a part of ${what} is computed on the CPU.`);
  try {
    return RESIDENT.has(provider) ? await deviceStepper({ ...own, onFallBack }) : await cpuStepper(own);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    context.log(`${provider} does not answer (${String(thrown.values.reason)}): training on the CPU.`);
    return cpuStepper(options);
  }
}

/** A product in float16, run once: some devices take the graph and fail when they run it. Undefined where it works. */
async function refusalOfHalf(device: string): Promise<string | undefined> {
  const b = graphBuilder({ name: 'half' });
  const half = b.cast(b.input('x', [4, 4]), 'float16');
  b.output(b.cast(b.matmul(half, half), 'float32'), 'y', [4, 4]);
  try {
    const session = await createSession(encodeModel(b.model()), { device, optimization: 'disabled', wholly: true });
    try {
      await session.run({ x: floats(new Float32Array(16).fill(1), [4, 4]) });
    } finally {
      await session.release();
    }
    return undefined;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return String(thrown.values.reason);
  }
}

/** What a session says that the device cannot hold or run. */
const isRefusal = (thrown: unknown): thrown is AssayError =>
  thrown instanceof AssayError && thrown.code === 'model/run-failed';
