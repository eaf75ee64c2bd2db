/** Hands a file to the browser's (or the window's) own saving. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The saving has its own reference by then; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A token's colour as the page shows it now. */
export const tokenColour = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(token).trim();
