/** Which device a training runs on: the one asked for, or the CPU with a word why. */
import { providers } from '../../compute/index.ts';
import { AssayError } from '../../contract/index.ts';
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
  const { provider } = options.recipe.device;
  if (provider === 'cpu') return cpuStepper(options);
  const known = await providers();
  if (!known.includes(provider)) {
    context.log(`${provider} is not in this build of the runtime (${known.join(', ')}): training on the CPU.`);
    return cpuStepper(options);
  }
  if (!RESIDENT.has(provider)) return cpuStepper({ ...options, device: provider });
  try {
    return await deviceStepper({
      ...{ ...options, device: provider },
      onFallBack: (what) => context.log(`${provider}: a part of ${what} is computed on the CPU.`),
    });
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'model/run-failed') throw thrown;
    context.log(`${provider} does not answer (${String(thrown.values.reason)}): training on the CPU.`);
    return cpuStepper(options);
  }
}
