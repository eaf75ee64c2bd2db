/** ↑ and ↓ between the rows of a table, Enter opens the row that has focus. */
export function rowKeys(event: KeyboardEvent, open: () => void): void {
  const row = event.currentTarget as HTMLElement;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.target !== row) return;
  if (step) {
    const rows = [...(row.parentElement?.children ?? [])] as HTMLElement[];
    const next = rows[rows.indexOf(row) + step];
    next?.focus();
    next?.click();
  } else if (event.key === 'Enter' || event.key === ' ') open();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
