/** Class keys (INTERFACE section 2): nine digits and the sixteen letters that no view uses. */
export const VIEW_LETTERS = 'bdknqrsuxy';
export const CLASS_KEYS: readonly string[] = [
  ...'123456789',
  ...[...'abcdefghijklmnopqrstuvwxyz'].filter((l) => !VIEW_LETTERS.includes(l)),
];

/** Whether `key` may be given to a class; otherwise the reason. */
export function classKeyProblem(key: string): string | null {
  if (CLASS_KEYS.includes(key)) return null;
  if (VIEW_LETTERS.includes(key.toLowerCase())) return `the key ${key.toUpperCase()} belongs to the views`;
  return `"${key}" is not one of ${CLASS_KEYS.join(' ')}`;
}
