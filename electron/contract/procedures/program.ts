/** Procedures about the program itself, its projects and their jobs. */
import { z } from 'zod';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const path = z.string().min(1).max(4096);
const job = z.object({ job: w.id });

export const programProcedures = {
  'app.info': read({
    project: false,
    input: none,
    output: z.object({
      version: z.string(),
      door: z.enum(['window', 'browser', 'command']),
      platform: z.string(),
      home: z.string(),
    }),
  }),
  'app.recent': read({ project: false, input: none, output: z.array(w.recentProject) }),
  'app.forget': write({ project: false, input: z.object({ path }), output: none }),
  'settings.get': read({ project: false, input: none, output: w.settings }),
  'settings.set': write({ project: false, input: w.settings.partial(), output: w.settings }),

  'project.create': write({ project: false, input: z.object({ path }), output: w.projectInfo }),
  /** As a reader it takes no lock and changes nothing: it may join whoever has the project open. */
  'project.open': read({
    project: false,
    input: z.object({ path, reader: z.boolean().default(false) }),
    output: w.projectInfo,
  }),
  'project.close': read({ project: false, input: none, output: none }),
  'project.info': read({ input: none, output: w.projectInfo }),

  'jobs.list': read({ input: none, output: z.array(w.jobInfo) }),
  'jobs.get': read({ input: job, output: w.jobInfo }),
  'jobs.cancel': write({ input: job, output: none }),
  /** Starts an interrupted or failed job again; what was finished is not repeated. */
  'jobs.resume': write({ input: job, output: job }),
  'jobs.log': read({ input: job, output: z.array(z.object({ at: z.number(), line: z.string() })) }),
} as const;
