/** Opening and closing projects. */
import { type HandlersOf, projectOf } from '../context.ts';
import { closeProject, openProject } from '../project.ts';

export const project: HandlersOf<'project'> = {
  'project.create': async (context, { path }) => (await openProject(context, path, { create: true })).catalogue.info(),
  'project.open': async (context, { path, reader }) => (await openProject(context, path, { reader })).catalogue.info(),
  'project.close': async (context) => {
    await closeProject(context);
    return {};
  },
  'project.info': (context) => projectOf(context).catalogue.info(),
};
