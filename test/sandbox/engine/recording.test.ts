import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import { utterancesOf, wavOf } from '../../../src/sandbox/engine/recording.ts';
import type { Conversation } from '../../../src/sandbox/engine/types.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { soundIn } from '../../support/sound.ts';

let time = Date.UTC(2026, 2, 3, 12);
const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, speed: 30, now: () => time });
const runs = engine.sessions().flatMap((session) => session.runs);
const conversations = runs.flatMap(({ outcome }) => (outcome.kind === 'conversation' ? [outcome.conversation] : []));
const [first] = conversations;
if (!first) throw new Error('no conversation');
const talk: Conversation = first;

describe('a recording', () => {
  it('of every call is a WAV file of its length, small, the same each time', () => {
    expect(conversations.length).toBeGreaterThan(20);
    for (const one of conversations) {
      const file = wavOf(one);
      expect(Math.abs(soundIn(file).seconds - one.duration_seconds)).toBeLessThan(0.01);
      expect(file.length).toBeLessThanOrEqual(200_000);
      expect(wavOf(one).equals(file)).toBe(true);
    }
  });

  it('has sound where somebody speaks, and none where nobody does', () => {
    const sound = soundIn(wavOf(talk));
    const heard = utterancesOf(talk).filter(
      ({ speaker, until_seconds, from_seconds }) => speaker !== 'tool' && until_seconds - from_seconds > 0.5,
    );
    expect(heard.length).toBeGreaterThan(3);
    for (const { from_seconds, until_seconds } of heard)
      expect(sound.loudness(from_seconds, until_seconds)).toBeGreaterThan(10);
    expect(sound.loudness(0, (heard[0]?.from_seconds ?? 0) - 0.05)).toBe(0);
  });

  it('tells the agent from the caller by the pitch', () => {
    const sound = soundIn(wavOf(talk));
    const pitch = (speaker: string) => {
      const own = utterancesOf(talk).filter((one) => one.speaker === speaker);
      const [seconds, crossings] = own.reduce(
        ([time, count], { from_seconds, until_seconds }) => [
          time + until_seconds - from_seconds,
          count + sound.crossings(from_seconds, until_seconds),
        ],
        [0, 0],
      );
      return crossings / seconds;
    };
    expect(pitch('caller')).toBeGreaterThan(1.3 * pitch('agent'));
  });

  it('of a very long call is cut, and of none is empty', () => {
    const long = wavOf({ turns: [], duration_seconds: 100_000 });
    expect(long.length).toBe(200_000);
    expect(soundIn(long).rate).toBe(1_000);
    expect(soundIn(wavOf({ turns: [], duration_seconds: 0 })).seconds).toBe(0);
  });

  it('is there once the call has ended, and of calls only', () => {
    const [agent] = engine.agents;
    const { runs: started } = engine.start({ cases: engine.cases.slice(0, 1), agent: agent ?? { id: '', name: '' } });
    const id = started[0]?.id ?? '';
    expect(engine.recording(id)).toBeUndefined();
    time += 600_000;
    expect(soundIn(engine.recording(id) ?? Buffer.alloc(0)).seconds).toBeGreaterThan(5);
    expect(engine.recording('nobody')).toBeUndefined();
  });
});
