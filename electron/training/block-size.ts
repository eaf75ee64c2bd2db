import { blockProbe } from '../autodiff/index.ts';
import { createSession } from '../compute/session.ts';

/**
 * Channels a block of this machine's blocked convolutions (8 or 16), undefined where the runtime has none: then training
 * graphs are built without them and are slower. Costs a few milliseconds; ask once a process.
 */
export async function blockSize(): Promise<number | undefined> {
  try {
    const session = await createSession(blockProbe(), { threads: 1, subject: 'The probe of the blocked layout' });
    try {
      const x = { type: 'float32' as const, dims: [1, 4, 4, 4], data: new Float32Array(64) };
      const { blocked } = await session.run({ x });
      const block = blocked?.dims[1];
      return block === 8 || block === 16 || block === 32 ? block : undefined;
    } finally {
      await session.release();
    }
  } catch {
    return undefined;
  }
}
