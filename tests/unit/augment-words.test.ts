import { expect, it } from 'vitest';
import { augmentCatalogue } from '../../electron/augment/catalogue.ts';
import { augment as en } from '../../renderer/messages/en/augment.ts';

it('every augmentation op and parameter of the engine has a name on screen', () => {
  for (const { op, parameters } of augmentCatalogue().ops) {
    expect(en).toHaveProperty([`op-${op}`]);
    for (const { name } of parameters) expect(en).toHaveProperty([`par-${name}`]);
  }
});
