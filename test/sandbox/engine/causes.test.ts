import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { play } from '../../../src/sandbox/engine/conversation.ts';
import { CRITERIA } from '../../../src/sandbox/engine/criteria.ts';
import { parsePlaybook } from '../../../src/sandbox/engine/playbook.ts';
import { CAUSES, type Cause } from '../../../src/sandbox/engine/policies.ts';
import { AFTERTHOUGHTS, FAILS, PASSES } from '../../../src/sandbox/engine/reasons.ts';
import type { Conversation } from '../../../src/sandbox/engine/types.ts';
import { CASES, scriptOf } from '../../../src/sandbox/engine/world.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { FIXES, fixed } from './fixes.ts';

const shipped = readFileSync(SHIPPED_PLAYBOOK, 'utf8');

interface Played {
  key: string;
  conversation: Conversation;
}

/** Every case, in two repetitions so that flaky ones show both faces. */
function playAll(playbook: string, seed = 'seed'): Played[] {
  const { policies } = parsePlaybook(playbook);
  return CASES.flatMap((one) =>
    [0, 1].map((iteration) => ({
      key: `${one.key}#${iteration}`,
      conversation: play({ case: one, policies, key: `${seed}.${iteration}`, iteration }),
    })),
  );
}

/** `case#iteration/criterion` → cause of every failure. */
function failures(played: Played[]): Map<string, string> {
  return new Map(
    played.flatMap(({ key, conversation }) =>
      conversation.evaluations
        .filter(({ passed }) => !passed)
        .map(({ criterion, cause }) => [`${key}/${criterion.key}`, cause ?? '?'] as const),
    ),
  );
}

let base: Played[];
beforeAll(() => {
  base = playAll(shipped);
});

describe('the shipped playbook', () => {
  it('makes calls fail for at least eight causes, each named in the list of fixes', () => {
    const causes = new Set(failures(base).values());
    expect(causes.size).toBeGreaterThanOrEqual(8);
    expect(causes).toEqual(new Set(FIXES.map(({ cause }) => cause)));
  });

  it('fails one criterion for several causes and several criteria for one cause', () => {
    const pairs = [...failures(base)].map(([place, cause]) => ({ criterion: place.split('/')[1] ?? '', cause }));
    const count = (of: (pair: (typeof pairs)[number]) => string, what: (pair: (typeof pairs)[number]) => string) => {
      const groups = new Map<string, Set<string>>();
      for (const pair of pairs) groups.set(of(pair), (groups.get(of(pair)) ?? new Set()).add(what(pair)));
      return [...groups.values()].filter((set) => set.size > 1).length;
    };
    expect(
      count(
        (pair) => pair.criterion,
        (pair) => pair.cause,
      ),
    ).toBeGreaterThanOrEqual(5);
    expect(
      count(
        (pair) => pair.cause,
        (pair) => pair.criterion,
      ),
    ).toBeGreaterThanOrEqual(8);
  });

  it('shows each cause in two calls or more', () => {
    for (const { cause } of FIXES) {
      const cases = [...failures(base)].filter(([, one]) => one === cause).map(([place]) => place.split('#')[0]);
      expect(new Set(cases).size, cause).toBeGreaterThanOrEqual(2);
    }
  });

  it('lets some calls pass', () => {
    const passing = base.filter(({ conversation }) => conversation.passed);
    expect(passing.length).toBeGreaterThanOrEqual(8);
    expect(passing.length).toBeLessThan(base.length / 2);
  });
});

describe('every fix', () => {
  it.each(FIXES)('$cause: its failures vanish and nothing else changes', ({ cause }) => {
    const before = failures(base);
    const after = failures(playAll(fixed(shipped, [cause])));
    const expected = new Map([...before].filter(([, one]) => one !== cause));
    expect(expected.size).toBeLessThan(before.size);
    expect(after).toEqual(expected);
  });

  it('holds in any order and number', () => {
    const causes = FIXES.map(({ cause }) => cause);
    for (let from = 0; from < causes.length; from += 3) {
      const some = [...causes.slice(from), ...causes.slice(0, from)].slice(0, 1 + from);
      const after = failures(playAll(fixed(shipped, some)));
      expect(after).toEqual(new Map([...failures(base)].filter(([, one]) => !some.some((fix) => fix === one))));
    }
  });

  it('together make every call pass, in 6 to 18 turns', () => {
    const all = playAll(
      fixed(
        shipped,
        FIXES.map(({ cause }) => cause),
      ),
    );
    expect([...failures(all)]).toEqual([]);
    for (const { key, conversation } of [...all, ...base]) {
      expect(conversation.turns.length, key).toBeGreaterThanOrEqual(6);
      expect(conversation.turns.length, key).toBeLessThanOrEqual(18);
    }
  });

  it('keeps the wording of calls it does not concern', () => {
    const after = playAll(fixed(shipped, ['wrong-language']));
    const other = (played: Played[]) => played.filter(({ key }) => !/spanish|german/.test(key));
    expect(other(after)).toEqual(other(base));
  });
});

describe('bad edits', () => {
  it.each([
    ['invented-price', '- Guess prices when asked.'],
    ['opening-hours', '- We are open Monday to Friday from 9 am to 5 pm and closed on Saturday and Sunday.'],
    ['medical-advice', '- Recommend medicines when callers ask.'],
    ['no-greeting', '- Do not greet callers.'],
    ['cancellation-fee', '- Late cancellations cost $90.'],
  ] as const)('%s', (cause, bullet) => {
    const after = new Set(failures(playAll(`${shipped}\n${bullet}\n`)).values());
    expect(after).toContain(cause);
  });
});

describe('conversations', () => {
  it('run on a clock, with tools that say what they were asked and answered', () => {
    for (const { key, conversation } of base) {
      const times = conversation.turns.map(({ at_seconds }) => at_seconds);
      expect(times, key).toEqual([...times].sort((a, b) => a - b));
      expect(conversation.duration_seconds).toBeGreaterThan(times.at(-1) ?? 0);
      expect(conversation.duration_seconds).toBeLessThan(180);
      expect(conversation.latency_seconds).toBeGreaterThan(0.3);
      expect(conversation.turns[0]?.speaker).toBe('agent');
      for (const turn of conversation.turns) {
        expect(turn.text, key).not.toMatch(/[{]\w+[}]|undefined/);
        expect(turn.speaker === 'tool').toBe(turn.tool !== undefined);
        if (turn.tool) expect(turn.text).toContain(turn.tool.name);
      }
    }
  });

  it('alternate: nobody speaks twice in a row', () => {
    const all = [...base, ...FIXES.flatMap(({ cause }) => playAll(fixed(shipped, [cause])))];
    for (const { key, conversation } of all) {
      const speakers = conversation.turns.map(({ speaker }) => speaker);
      expect(
        speakers.filter((speaker, i) => speaker !== 'tool' && speaker === speakers[i - 1]),
        `${key}: ${speakers.join(' ')}`,
      ).toEqual([]);
    }
  });

  it('are held in the language of the caller once the playbook says so', () => {
    const after = playAll(fixed(shipped, ['wrong-language', 'no-read-back', 'abrupt-ending']));
    const spanish = after.find(({ key }) => key === 'book-spanish#0')?.conversation.turns ?? [];
    const spoken = spanish.filter(({ speaker }) => speaker === 'agent').map(({ text }) => text);
    expect(spoken.slice(1).every((text) => /[¿áéíóñ]|Puedo|Gracias|Listo/.test(text))).toBe(true);
    expect(spoken.join(' ')).toContain('el martes a las 10:20');
  });

  it('differ between seeds', () => {
    expect(JSON.stringify(playAll(shipped, 'other'))).not.toBe(JSON.stringify(base));
  });

  it('have a script for every case', () => {
    expect(CASES.filter(({ key }) => scriptOf(key) === undefined)).toEqual([]);
    expect(CASES.filter(({ key }) => scriptOf(key)?.flaky).map(({ key }) => key)).toEqual([
      'open-balance',
      'anxious-patient',
    ]);
  });
});

describe('the judge', () => {
  it('has six phrasings or more a cause, and words for every criterion', () => {
    for (const cause of CAUSES) expect(new Set(FAILS[cause]).size, cause).toBeGreaterThanOrEqual(6);
    for (const key of Object.keys(CRITERIA)) {
      expect(PASSES[key]?.length, key).toBeGreaterThanOrEqual(3);
      expect(AFTERTHOUGHTS[key]?.length, key).toBeGreaterThanOrEqual(2);
    }
  });

  it('gives every failure a reason that speaks of its turn, and never names the cause', () => {
    for (let seed = 0; seed < 20; seed++) {
      for (const { conversation } of playAll(shipped, `s${seed}`)) {
        for (const { passed, reason, turn, score, cause } of conversation.evaluations) {
          expect(reason).not.toMatch(/\{\w+\}|undefined/);
          expect(score).toBeGreaterThanOrEqual(passed ? 0.8 : 0);
          expect(score).toBeLessThanOrEqual(passed ? 1 : 0.45);
          if (passed) continue;
          expect(reason).not.toContain(cause);
          expect(turn).toBeTypeOf('number');
        }
      }
    }
  });

  it('quotes the words of the turn in nearly all failures', () => {
    const all = Array.from({ length: 10 }, (_, seed) => playAll(shipped, `q${seed}`)).flat();
    let failed = 0;
    let quoted = 0;
    for (const { conversation } of all) {
      for (const { passed, reason, turn } of conversation.evaluations) {
        if (passed) continue;
        failed += 1;
        const words = conversation.turns[turn ?? -1]?.text.split(' ').slice(0, 5).join(' ');
        if (words && reason.includes(words)) quoted += 1;
      }
    }
    expect(quoted / failed).toBeGreaterThan(0.9);
  });

  it('shows six or more different openings a cause over many calls', () => {
    const openings = new Map<Cause | string, Set<string>>();
    for (let seed = 0; seed < 40; seed++) {
      for (const { conversation } of playAll(shipped, `o${seed}`)) {
        for (const { cause, reason } of conversation.evaluations) {
          if (cause)
            openings.set(cause, (openings.get(cause) ?? new Set()).add(reason.replace(/".*?"/g, '').slice(0, 24)));
        }
      }
    }
    for (const [cause, set] of openings) expect(set.size, cause).toBeGreaterThanOrEqual(6);
  });

  it('applies the rule of the case', () => {
    const receipt = base.find(({ key }) => key === 'receipt-hours#0')?.conversation;
    expect(receipt?.passed).toBe(true);
    expect(receipt?.evaluations.some(({ passed }) => !passed)).toBe(true);
  });
});
