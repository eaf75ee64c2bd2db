/** Labels and splits from folders: class = the folder that holds the image; train, validation, test at the top or below. */
import { type Split } from '../contract/index.ts';

const SPLIT_NAMES: Record<string, Split> = {
  train: 'train',
  training: 'train',
  학습: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  검증: 'validation',
  test: 'test',
  testing: 'test',
  테스트: 'test',
};

/** Folder names that hold images of no class. */
const NO_CLASS = /^(_?unlabell?ed|images?|data|imgs?|사진|이미지)$/i;

export const splitOfFolder = (name: string): Split | null => SPLIT_NAMES[name.normalize('NFC').toLowerCase()] ?? null;

export interface FolderLabel {
  class: string | null;
  split: Split | null;
}

/**
 * Reads a label out of each path. A folder called train or test is a split only where it is not a class among others:
 * where every first-level folder, or every folder below each class, has such a name.
 */
export function folderLabels(relatives: readonly string[]): (relative: string) => FolderLabel {
  const first = new Set<string>();
  // Files of one folder come one after the other: a million of them are a few comparisons each.
  let folder = '/';
  for (const relative of relatives) {
    if (relative.startsWith(folder)) continue;
    const slash = relative.indexOf('/');
    if (slash <= 0) continue;
    first.add(relative.slice(0, slash));
    folder = relative.slice(0, slash + 1);
  }
  const splitsFirst =
    first.size > 0 &&
    [...first].some((name) => splitOfFolder(name) !== null) &&
    [...first].every((name) => splitOfFolder(name) !== null || NO_CLASS.test(name));
  return (relative) => {
    const folders = relative.normalize('NFC').split('/').slice(0, -1);
    let split: Split | null = null;
    if (splitsFirst && folders[0] !== undefined) {
      split = splitOfFolder(folders[0]);
      folders.shift();
    } else if (folders.length >= 2) {
      // CLASS/train/image.jpg
      split = splitOfFolder(folders.at(-1) ?? '');
      if (split !== null) folders.pop();
    }
    const name = folders.at(-1) ?? null;
    return { class: name !== null && !NO_CLASS.test(name) ? name : null, split };
  };
}
