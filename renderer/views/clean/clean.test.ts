import { describe, expect, it } from 'vitest';
import { type Audit, type AuditVerdict } from '../../../electron/contract/cleaning.ts';
import { AssayError } from '../../../electron/contract/errors.ts';
import { type Finding } from '../../../electron/contract/words.ts';
import { fakeClient } from '../fake-client.ts';
import { aFinding, aFindingDetail, aJob, aSummary, aTile } from '../samples.ts';
import { AuditState } from './audit.svelte.ts';
import { CleanState, fits } from './clean.svelte.ts';
import { pairChoices } from './pair.ts';

/** An engine with a queue of `n` findings that remembers decisions. */
function engine(n: number) {
  const all: Finding[] = Array.from({ length: n }, (_, i) => aFinding(i + 1));
  const decide = (id: number, decision: Finding['decision']): void => {
    const at = all.findIndex((f) => f.id === id);
    all[at] = { ...(all[at] as Finding), decision };
  };
  const client = fakeClient({
    'clean.summary': () => aSummary({ reviewed: all.filter((f) => f.decision).length }),
    'jobs.list': () => [],
    'clean.findings': ({ from = 0, count = 50 }) => {
      const open = all.filter((f) => f.decision === null);
      return { total: open.length, findings: open.slice(from, from + count) };
    },
    'clean.finding': ({ finding }) => aFindingDetail(all.find((f) => f.id === finding) as Finding),
    'clean.decide': ({ finding, decision }) => {
      decide(finding, decision);
      return { action: null, revision: 1 };
    },
  });
  return { client, decide };
}

describe('the Clean view', () => {
  it('a decision advances at once, before the engine has answered', async () => {
    const { client } = engine(3);
    const state = new CleanState(client);
    await state.load();
    const sent = state.decide('accept');
    expect([state.finding?.id, state.queue[0]?.decision, state.total]).toEqual([2, 'accept', 2]);
    await sent;
    expect(client.inputs('clean.decide')).toEqual([{ finding: 1, decision: 'accept' }]);
  });
  it('decisions are sent in the order they were made', async () => {
    const { client } = engine(5);
    const state = new CleanState(client);
    await state.load();
    await Promise.all([state.decide('accept'), state.decide('keep'), state.decide('unsure'), state.decide('exclude')]);
    expect(client.inputs('clean.decide').map((d) => [d.finding, d.decision])).toEqual([
      [1, 'accept'],
      [2, 'keep'],
      [3, 'unsure'],
      [4, 'exclude'],
    ]);
  });
  it('a class key means accept, keep or change, by what it names', async () => {
    const { client } = engine(3);
    const state = new CleanState(client);
    await state.load();
    await state.decide('change', 2);
    await state.decide('change', 1);
    await state.decide('change', 7);
    expect(client.inputs('clean.decide')).toEqual([
      { finding: 1, decision: 'accept' },
      { finding: 2, decision: 'keep' },
      { finding: 3, decision: 'change', class: 7 },
    ]);
  });
  it('a refused decision brings the finding back with the reason', async () => {
    const { client } = engine(3);
    client.call = ((call) => (name, input) =>
      name === 'clean.decide' ? Promise.reject(new AssayError('disk/full')) : call(name, input))(
      client.call,
    ) as typeof client.call;
    const state = new CleanState(client);
    await state.load();
    await state.decide('accept');
    expect([state.finding?.id, state.finding?.decision, state.refused?.code, state.total]).toEqual([
      1,
      null,
      'disk/full',
      3,
    ]);
  });
  it('an undone decision comes back to the stage', async () => {
    const { client, decide } = engine(4);
    const state = new CleanState(client);
    await state.load();
    await state.decide('accept');
    await state.decide('keep');
    decide(2, null);
    await state.refresh();
    expect([state.finding?.id, state.finding?.decision, state.total]).toEqual([2, null, 3]);
  });
  it('a long queue is fetched in time, each finding once', async () => {
    const { client } = engine(130);
    const state = new CleanState(client);
    await state.load();
    const seen: number[] = [];
    for (let i = 0; i < 130; i++) {
      seen.push(state.finding?.id ?? -1);
      await state.decide('keep');
      await Promise.resolve();
    }
    expect(seen).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
    expect([state.finding, state.total]).toEqual([null, 0]);
  });
  it('going back shows what was decided', async () => {
    const { client } = engine(2);
    const state = new CleanState(client);
    await state.load();
    await state.decide('keep');
    state.back();
    expect([state.finding?.id, state.finding?.decision]).toEqual([1, 'keep']);
  });
  it('when a search ends, its findings are shown', async () => {
    const { client } = engine(2);
    const state = new CleanState(client);
    state.onEvent({ type: 'job', job: aJob(1, 'clean') });
    state.onEvent({ type: 'job', job: aJob(1, 'clean', { state: 'done' }) });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(state.queue).toHaveLength(2);
    state.dispose();
  });
});

describe('copies', () => {
  const left = aTile(1, { split: 'train' });
  it('a copy of the test split is never excluded, the other one may be', () => {
    const family = aFinding(1, { kind: 'duplicate', images: [left, aTile(2, { split: 'test' })], suggested: null });
    const choices = pairChoices(family, left, family.images[1]!, []);
    expect(choices.map(({ key, decision, images, disabled }) => [key, decision, images, disabled ?? false])).toEqual([
      ['1', 'exclude', [2], true],
      ['2', 'exclude', [1], false],
      ['3', 'accept', undefined, false],
      ['0', 'not-duplicate', undefined, false],
    ]);
  });
  it('a leak offers the copies that are learned from', () => {
    const leak = aFinding(1, { kind: 'leak', images: [left, aTile(2, { split: 'test' })], suggested: null });
    const [first] = pairChoices(leak, left, leak.images[1]!, [1]);
    expect(first).toMatchObject({ key: 'x', decision: 'exclude', count: 1, disabled: false });
  });
  it('what does not fit a kind is not sent', async () => {
    const { client } = engine(1);
    const state = new CleanState(client);
    await state.load();
    await state.decide('not-duplicate');
    expect([client.inputs('clean.decide'), state.index]).toEqual([[], 0]);
    expect(fits(aFinding(1, { kind: 'overlap' }), 'keep')).toBe(true);
    expect(fits(aFinding(1, { kind: 'overlap' }), 'accept')).toBe(false);
    expect(fits(aFinding(1, { kind: 'duplicate', suggested: null }), 'accept')).toBe(true);
    expect(fits(aFinding(1, { kind: 'outlier', suggested: null }), 'accept')).toBe(false);
  });
});

describe('audit mode', () => {
  const drawn = (verdicts: (AuditVerdict | null)[]): Audit => ({
    ...{ id: 1, seed: 1, startedAt: 1, size: verdicts.length, audited: verdicts.filter(Boolean).length, wrong: 0 },
    sample: verdicts.map((verdict, i) => ({ tile: aTile(i + 1), verdict })),
    ...{ strata: [], drawn: null, left: null, rows: 100, atMost: false, moreToHalve: 0 },
  });
  const client = (verdicts: (AuditVerdict | null)[]) =>
    fakeClient({
      'clean.audit': () => drawn(verdicts),
      'clean.auditVerdict': ({ image, verdict }) => {
        verdicts[image - 1] = verdict;
        return { action: null, revision: 1, audit: drawn(verdicts) };
      },
    });
  it('begins at the first image without an answer, and an answer goes on', async () => {
    const asked = client(['right', null, null]);
    const state = new AuditState(asked);
    await state.load();
    expect(state.current?.tile.id).toBe(2);
    await state.say('wrong', 7);
    expect(asked.inputs('clean.auditVerdict')).toEqual([{ image: 2, verdict: 'wrong', class: 7 }]);
    expect([state.current?.tile.id, state.audit?.audited]).toEqual([3, 2]);
  });
  it('the key of the class that it has says that the label is right', async () => {
    const asked = client([null]);
    const state = new AuditState(asked);
    await state.load();
    await state.say('wrong', 1);
    expect(asked.inputs('clean.auditVerdict')).toEqual([{ image: 1, verdict: 'right' }]);
  });
  it('an answer that was undone comes back to the stage', async () => {
    const verdicts: (AuditVerdict | null)[] = ['right', 'right', null];
    const state = new AuditState(client(verdicts));
    await state.load();
    verdicts[0] = null;
    await state.load();
    expect(state.current?.tile.id).toBe(1);
  });
});
