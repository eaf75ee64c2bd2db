/**
 * Scrolling past the height that a browser gives an element (33,554,428 device pixels in Chromium). The spacer is cut
 * to the cap; short moves are followed pixel by pixel, long ones (the thumb, End) by share of the whole.
 */
const DEVICE_CAP = 33_554_428;
/** A little below: rounding by zoom must not reach it. */
const MARGIN = 0.98;

export class ScaledScroll {
  /** Height of the spacer element. */
  spacer = 0;
  /** Top of what is shown, in content pixels. */
  top = 0;
  /** The scroller's own scrollTop. */
  physical = 0;
  #content = 0;
  #viewport = 0;
  #ratio = 1;

  /** What is added to a content y to place it in the spacer. */
  get shift(): number {
    return this.physical - this.top;
  }

  /** New sizes; `top` stays where it was as far as it can. Returns the scrollTop to set. */
  resize(content: number, viewport: number, pixelRatio: number): number {
    this.#content = content;
    this.#viewport = viewport;
    this.spacer = Math.min(content, (DEVICE_CAP / Math.max(1, pixelRatio)) * MARGIN);
    const room = Math.max(0, this.spacer - viewport);
    this.#ratio = room === 0 ? 1 : Math.max(0, content - viewport) / room;
    return this.to(this.top);
  }

  /** Goes to a content position. Returns the scrollTop to set. */
  to(top: number): number {
    this.top = Math.min(Math.max(0, top), Math.max(0, this.#content - this.#viewport));
    this.physical = this.#ratio === 0 ? 0 : this.top / this.#ratio;
    return this.physical;
  }

  /** The scroller moved to `physical`. */
  moved(physical: number): void {
    const end = Math.max(0, this.#content - this.#viewport);
    const last = Math.max(0, this.spacer - this.#viewport);
    const by = physical - this.physical;
    if (this.#ratio === 1) this.top = physical;
    else if (physical <= 0) this.top = 0;
    else if (physical >= last - 0.5) this.top = end;
    else if (Math.abs(by) <= this.#viewport) this.top = Math.min(end, Math.max(0, this.top + by));
    else this.top = physical * this.#ratio;
    this.physical = physical;
  }

  /** At rest: the scrollTop that says truly how far one is; null where it already does. */
  settle(): number | null {
    if (this.#ratio === 1) return null;
    const before = this.physical;
    this.to(this.top);
    return Math.abs(before - this.physical) < 0.5 ? null : this.physical;
  }
}
