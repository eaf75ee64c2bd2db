/** Names and paths as they are matched and ordered. */

/** Relative path with forward slashes in Unicode NFC: what two spellings of one path have in common. */
export const pathKey = (path: string): string => path.replaceAll('\\', '/').normalize('NFC');

/** Base name in NFC. */
export const nameOf = (path: string): string => pathKey(path).slice(pathKey(path).lastIndexOf('/') + 1);

/**
 * Key that sorts as people count: img2 before img10, regardless of case. Each number is written as its length (one
 * character) and its digits.
 */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, '');
    return String.fromCharCode(47 + Math.min(number.length, 70)) + number;
  });
}
