/** Finding a command by some of its letters. Pure. */

/** A piece of a title, matching or not. */
export interface Piece {
  text: string;
  match: boolean;
}

/** All words of `wanted` must stand in the title or its scope; earlier and whole-word matches come first. Null: no match. */
export function score(title: string, scope: string, wanted: string): number | null {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const name = title.toLowerCase();
  let total = 0;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at >= 0) total += at === 0 ? 0 : /\s/.test(name[at - 1] ?? '') ? 1 : 2;
    else if (scope.toLowerCase().includes(word)) total += 4;
    else return null;
  }
  return total;
}

/** The title cut at its matches, to show them bold. */
export function pieces(title: string, wanted: string): Piece[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const name = title.toLowerCase();
  const marked = new Array<boolean>(title.length).fill(false);
  for (const word of words) {
    const at = name.indexOf(word);
    if (at >= 0) marked.fill(true, at, at + word.length);
  }
  const cut: Piece[] = [];
  [...title].forEach((letter, i) => {
    const last = cut.at(-1);
    const match = marked[i] ?? false;
    if (last?.match === match) last.text += letter;
    else cut.push({ text: letter, match });
  });
  return cut;
}
