import { describe, expect, it, vi } from 'vitest';
import { type ClientMessage } from '../../electron/contract/wire.ts';
import { Calls } from './calls.ts';

function line(): { calls: Calls; sent: ClientMessage[] } {
  const calls = new Calls();
  const sent: ClientMessage[] = [];
  calls.connected((message) => sent.push(message));
  return { calls, sent };
}

describe('Calls', () => {
  it('gives each answer to its question, in any order', async () => {
    const { calls } = line();
    const first = calls.call('app.recent', {});
    const second = calls.call('classes.list', {});
    calls.receive({ id: 2, ok: true, result: ['b'] });
    calls.receive({ id: 1, ok: true, result: ['a'] });
    expect(await Promise.all([first, second])).toEqual([['a'], ['b']]);
  });

  it('keeps what is asked before there is a line, and sends it then', () => {
    const calls = new Calls();
    void calls.call('app.recent', {}).catch(() => undefined);
    const sent: ClientMessage[] = [];
    calls.connected((message) => sent.push(message));
    expect(sent).toEqual([{ id: 1, call: 'app.recent', input: {} }]);
  });

  it('fails what was under way when the line is lost, and tells it', async () => {
    const { calls } = line();
    const told = vi.fn();
    calls.onConnection(told);
    const asked = calls.call('app.recent', {});
    calls.disconnected();
    await expect(asked).rejects.toMatchObject({ code: 'door/disconnected' });
    expect(told).toHaveBeenCalledWith(false);
  });

  it('cancels in the engine, not only the wait', () => {
    const { calls, sent } = line();
    const controller = new AbortController();
    void calls.call('app.recent', {}, { signal: controller.signal }).catch(() => undefined);
    controller.abort();
    expect(sent[1]).toEqual({ cancel: 1 });
  });

  it('does not ask what was cancelled before it began', async () => {
    const { calls, sent } = line();
    await expect(calls.call('app.recent', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'internal/cancelled',
    });
    expect(sent).toEqual([]);
  });

  it('makes an error of the contract from what came over the line', async () => {
    const { calls } = line();
    const asked = calls.call('app.recent', {});
    calls.receive({ id: 1, ok: false, error: { code: 'project/none-open', message: '', remedy: 'x' } });
    await expect(asked).rejects.toMatchObject({ code: 'project/none-open', remedy: 'x' });
  });
});
