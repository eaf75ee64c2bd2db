/**
 * The messages between a client and a door, the same for the WebSocket (as JSON text) and for message ports (as
 * objects). A call is answered exactly once; a cancelled call is answered with `internal/cancelled`.
 */
import { z } from 'zod';
import { type StudioEvent } from './contract.ts';
import { type WireError } from './errors.ts';

export const clientMessage = z.union([
  z.object({ id: z.number().int().nonnegative(), call: z.string().max(100), input: z.unknown() }),
  z.object({ cancel: z.number().int().nonnegative() }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

export type DoorMessage =
  { id: number; ok: true; result: unknown } | { id: number; ok: false; error: WireError } | { event: StudioEvent };
