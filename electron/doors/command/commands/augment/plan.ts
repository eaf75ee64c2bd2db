/** Plans on the command line: a preset's name, a file that a person wrote, or the project's own. */
import { AssayError, fieldName, plan as planSchema, type Plan } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Invocation } from '../../command.ts';
import { readJson } from '../../json-file.ts';

const invalid = (subject: string, reason: string): AssayError =>
  new AssayError('train/recipe-invalid', { subject, values: { reason } });

/** @throws AssayError `train/recipe-invalid` with the field */
async function fromFile(path: string): Promise<Plan> {
  const read = planSchema.safeParse(await readJson(path));
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const field = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  throw invalid(fieldName(field) || path, `${issue.message}.`);
}

/** @throws AssayError `train/recipe-invalid` with the names that there are */
async function preset(engine: Engine, name: string): Promise<Plan> {
  const { presets } = await engine.call('augment.catalogue', {});
  const plans = await engine.call('augment.plans', {});
  const known = [...presets.map((policy): Plan => ({ name: policy.name, groups: [], rest: policy.ops })), ...plans];
  const found = known.find((one) => one.name === name);
  if (found) return found;
  const names = known.map((one) => one.name).join(', ');
  throw invalid('plan', `there is no plan "${name}"; known are ${names}, or a file NAME.json.`);
}

/** The plan of `--plan` or `--preset`; null where neither is given. */
export async function planGiven(engine: Engine, { options }: Invocation): Promise<Plan | null> {
  const given = options.string('plan') ?? options.string('preset');
  if (given === undefined) return null;
  const file = options.string('plan') !== undefined && given.endsWith('.json');
  return file ? fromFile(options.resolve(given)) : preset(engine, given);
}

const percent = (p: number): string => `${Math.round(p * 100)} %`;

function opsText(ops: Plan['rest'], indent: string): string[] {
  return ops.map(({ op, p, ranges, choice }) => {
    const values = Object.entries(ranges).map(([name, [low, high]]) => `${name} ${low}…${high}`);
    return [`${indent}${p.toFixed(3)}`, op, choice ? `one of ${choice}` : '', values.join(', ')]
      .filter((part) => part !== '')
      .join('\t');
  });
}

/** For people: a group with its classes, tiers and ops. */
export function planText({ name, groups, rest }: Plan): string {
  const lines = groups.flatMap((group) => [
    `${group.name}: ${group.classes.join(', ')}`,
    ...opsText(group.base, '  '),
    ...(group.heavy
      ? [
          `  heavier, by ${percent(group.heavyChance)}${Object.entries(group.heavyByClass)
            .map(([one, p]) => `; ${one} ${percent(p)}`)
            .join('')}`,
          ...opsText(group.heavy, '    '),
        ]
      : []),
  ]);
  const others = groups.length === 0 ? ['all classes'] : ['other classes'];
  const all = rest.length > 0 || groups.length === 0 ? [...lines, ...others, ...opsText(rest, '  ')] : lines;
  return [`plan "${name}"`, ...all].join('\n');
}
