/** The picture that is pointed at, for the line that tells what was drawn. */
import { type Preview } from './preview.svelte.ts';

export interface Pointed {
  row: Preview[number];
  /** Place among the row's draws. */
  draw: number;
  /** Which draw or op it is, in words. */
  title: string;
  /** Probability of the true class as the run says, where it was asked. */
  p: { clean: number; under: number } | null;
  /** The class is hardly seen any more. */
  fallen: boolean;
}
