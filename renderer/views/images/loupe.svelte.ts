/** Zoom, pan and turn of the loupe. Pure arithmetic over the stage's and the picture's size in pixels. */

export type Zoom = 'fit' | number;

/** 1/8 to 16: from a poster to single pixels. */
const LEAST = 0.125;
const MOST = 16;

export class LoupeState {
  zoom = $state<Zoom>('fit');
  /** Quarter turns clockwise, of the view only. */
  turns = $state(0);
  /** Place of the picture's centre from the stage's, in stage pixels. */
  x = $state(0);
  y = $state(0);
  stage = $state.raw({ width: 0, height: 0 });
  picture = $state.raw({ width: 0, height: 0 });

  /** Stage pixels a picture pixel, as shown. */
  readonly scale = $derived.by((): number => {
    if (this.zoom !== 'fit') return this.zoom;
    const [width, height] =
      this.turns % 2 === 0 ? [this.picture.width, this.picture.height] : [this.picture.height, this.picture.width];
    if (width === 0 || height === 0) return 1;
    // Small pictures are not blown up: their pixels would say nothing.
    return Math.min((this.stage.width - 40) / width, (this.stage.height - 40) / height, 4);
  });

  /** Another image: it fits, upright. */
  show(width: number, height: number): void {
    this.picture = { width, height };
    this.fit();
    this.turns = 0;
  }

  fit(): void {
    this.zoom = 'fit';
    this.x = 0;
    this.y = 0;
  }

  /** Zooms so that the point (from the stage's centre) stays where it is. */
  to(zoom: number, atX = 0, atY = 0): void {
    const before = this.scale;
    const after = Math.min(MOST, Math.max(LEAST, zoom));
    this.x = atX - ((atX - this.x) * after) / before;
    this.y = atY - ((atY - this.y) * after) / before;
    this.zoom = after;
  }

  by(factor: number, atX = 0, atY = 0): void {
    this.to(this.scale * factor, atX, atY);
  }

  pan(dx: number, dy: number): void {
    const [width, height] =
      this.turns % 2 === 0 ? [this.picture.width, this.picture.height] : [this.picture.height, this.picture.width];
    const limitX = Math.max(0, (width * this.scale - this.stage.width) / 2 + 80);
    const limitY = Math.max(0, (height * this.scale - this.stage.height) / 2 + 80);
    this.x = Math.min(limitX, Math.max(-limitX, this.x + dx));
    this.y = Math.min(limitY, Math.max(-limitY, this.y + dy));
  }

  turn(): void {
    this.turns = (this.turns + 1) % 4;
    this.fit();
  }

  /** Side of the display picture to ask for: a multiple of 256, 0 for every pixel. */
  readonly wanted = $derived.by((): number => {
    const longest = Math.max(this.picture.width, this.picture.height);
    const needed = longest * this.scale * (globalThis.devicePixelRatio ?? 1);
    const side = Math.ceil(Math.max(512, needed) / 256) * 256;
    return side >= longest ? 0 : side;
  });
}
