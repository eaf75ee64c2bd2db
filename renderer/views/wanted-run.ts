/** The run that one view hands to the next: "Open the matrix" of this one, classify a folder with that one. */
let wanted: number | null = null;

export const wantRun = (run: number): void => void (wanted = run);

/** The run asked for, once: opening the view again later starts from its own state. */
export function takeWantedRun(): number | undefined {
  const run = wanted ?? undefined;
  wanted = null;
  return run;
}
