/** Backbones: what is there, and taking an ONNX file into the project. */
import { join } from 'node:path';
import { infoOf } from '../../embeddings/names.ts';
import { allBackbones } from '../backbones.ts';
import { type HandlersOf, changed, projectOf } from '../context.ts';

export const backbones: HandlersOf<'backbones'> = {
  'backbones.list': (context) => allBackbones(context),
  async 'backbones.add'(context, { file, name, ...options }, { signal }) {
    const project = projectOf(context);
    const relative = join('models', `${name}.onnx`);
    // The project keeps its own copy: it must not depend on a file that may move.
    const taken = await context.interactive.run(
      'inspect',
      { file, name, out: join(project.path, relative), ...options },
      { signal },
    );
    const info = { ...infoOf(name, 'project', taken.bytes, taken.spec), title: name };
    project.catalogue.backbones.add({ info, file: relative, spec: taken });
    changed(context, ['backbones']);
    return info;
  },
};
