/**
 * A text onto the clipboard, in a gesture of the person. By the page's own copy event: the window grants no page the
 * permission that the newer interface asks for.
 * @returns whether it is there
 */
export function copyText(text: string): boolean {
  const give = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', give, { once: true });
  try {
    return document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', give);
  }
}
