/** What a layout is: a function from draws to a page, and how such a page meets the camera. */
import { type Page } from '../paper.ts';
import { type Draw } from '../random.ts';

export interface Sheet {
  page: Page;
  /** A sheet is scanned or photographed; a card lies on something; a picture already is the photograph. */
  kind: 'sheet' | 'card' | 'picture';
}

/**
 * @param r the picture's own stream: who, what, when, how filled in
 * @param form streams of printed forms by key: two pictures with one key carry the same form
 */
export type Layout = (r: Draw, form: (...keys: (string | number)[]) => Draw) => Sheet;

export const A4 = { width: 840, height: 1188 };
