import { describe, expect, it } from 'vitest';
import { clusterSteps } from '../../../src/analysis/clusters/assign.ts';
import type { ReasonItem } from '../../../src/analysis/clusters/nodes.ts';
import { clusterReasons } from './all-at-once.ts';

const say = (...reasons: string[]): ReasonItem[] => reasons.map((reason) => ({ reason }));
const groupsOf = (items: readonly ReasonItem[]) => {
  const { group } = clusterReasons(items);
  return (a: number, b: number) => group[a] === group[b];
};

describe('clusterReasons', () => {
  it('has nothing to say about nothing', () => {
    expect(clusterReasons([])).toEqual({ group: [], groups: [] });
  });

  it('puts every item into exactly one group', () => {
    const items = say('Wrong price.', 'Rude tone.', 'Wrong price.', '', 'Purple elephants.');
    const { group, groups } = clusterReasons(items);
    expect(groups.flatMap(({ members }) => members).sort()).toEqual([0, 1, 2, 3, 4]);
    groups.forEach(({ members }, index) => {
      for (const member of members) expect(group[member]).toBe(index);
    });
  });

  it('collapses repeats that differ in numbers and marks only, even where no concept knows them', () => {
    const { groups } = clusterReasons(
      say('The zebra counted 4 stripes.', 'the zebra counted 12 stripes', 'THE ZEBRA COUNTED 9 STRIPES!'),
    );
    expect(groups).toHaveLength(1);
    expect(groups[0]?.distinct).toHaveLength(1);
    expect(groups[0]?.sureness).toBe(1);
  });

  it('brings German and Spanish reasons to their English kin', () => {
    const together = groupsOf(
      say(
        'The caller was never authenticated before the file was opened.',
        'Die Identität der Anruferin wurde nicht überprüft.',
        'No se verificó la identidad del cliente.',
        'Long silence before each answer.',
        'Vor jeder Antwort entstand eine lange Pause, viel zu langsam.',
        'Silencios demasiado largos, respuestas muy lentas.',
      ),
    );
    expect([together(0, 1), together(0, 2), together(3, 4), together(3, 5)]).toEqual([true, true, true, true]);
    expect(together(0, 3)).toBe(false);
  });

  it('keeps one way of failing apart where it is plainly about different things', () => {
    const about = (what: string, kase: string) => ({ reason: what, case: kase });
    const items = [
      about('The agent invented a parking garage with valet service.', 'Parking question'),
      about('The valet parking is fabricated, there is no garage.', 'Parking question'),
      about('A parking garage was hallucinated.', 'Arrival by car'),
      about('The agent invented a rooftop swimming pool.', 'Leisure question'),
      about('Hallucinated swimming pool on the rooftop.', 'Leisure question'),
      about('No pool exists, it was made up.', 'Family weekend'),
      about('Rude tone.', 'Late checkout'),
      about('The bot was dismissive.', 'Noise complaint'),
    ];
    const together = groupsOf(items);
    expect([together(0, 1), together(3, 4)]).toEqual([true, true]);
    expect([together(0, 3), together(1, 4), together(0, 6)]).toEqual([false, false, false]);
  });

  it('takes two evaluations that quote one line of one run for one cause', () => {
    const line = '"Splendid, the zeppelin is yours from noon onwards."';
    const items: ReasonItem[] = [
      { reason: `Nobody had asked for this: ${line}`, run: 'r1', criterion: 'Goal' },
      { reason: `${line} is where it goes astray.`, run: 'r1', criterion: 'Accuracy' },
      { reason: 'The tone was rude: "What now?"', run: 'r1', criterion: 'Manners' },
    ];
    const together = groupsOf(items);
    expect(together(0, 1)).toBe(true);
    expect(together(0, 2)).toBe(false);
  });

  it('groups by criterion where the judge is silent', () => {
    const together = groupsOf([
      { reason: '', criterion: 'Verifies identity' },
      { reason: ' ', criterion: 'Verifies identity' },
      { reason: '', criterion: 'Speaks German' },
    ]);
    expect([together(0, 1), together(0, 2)]).toEqual([true, false]);
  });

  it('lets signs of the run decide between two readings', () => {
    const reason = 'get_price: wrong.';
    const of = (signs: Record<string, number>) => clusterReasons([{ reason, signs }]).groups[0]?.concept;
    expect(of({ tool_arguments: 3 })).toBe('tool_arguments');
    expect(of({ tool_missing: 6 })).toBe('tool_missing');
    // A sign without a word that says so means nothing.
    expect(of({ tone: 9 })).toBe(of({}));
  });

  it('is not led astray by names that every object has', () => {
    const items: ReasonItem[] = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => ({
      reason: `${name} ${name}`,
      criterion: name,
      case: name,
      signs: JSON.parse(`{"${name}": 5}`),
    }));
    expect(clusterReasons(items).group).toHaveLength(4);
  });

  it('takes patterns in a reason for text', () => {
    const items = say('(a+)+$ wrong price', '[[[(((', '^(.*)*$ wrong price', `${'('.repeat(5000)}`);
    expect(clusterReasons(items).group).toHaveLength(4);
  });

  it('finds the same groups in whatever order the reasons come', () => {
    const items = say(
      'Wrong price quoted.',
      'The caller was not verified.',
      'Price list says 40, the agent said 75.',
      'Identity never checked.',
      'Kept interrupting the customer.',
      'The customer was cut off and talked over.',
    );
    const sets = (list: readonly ReasonItem[]) =>
      clusterReasons(list)
        .groups.map(({ members }) =>
          members
            .map((at) => list[at]?.reason)
            .sort()
            .join('|'),
        )
        .sort();
    expect(sets([...items].reverse())).toEqual(sets(items));
  });

  it('does in slices what it does at once', () => {
    const items = say('Wrong price.', 'Rude.', 'Price incorrect.', 'Preis falsch genannt.');
    const steps = clusterSteps(items);
    let slices = 0;
    let step = steps.next();
    while (!step.done) {
      slices += 1;
      step = steps.next();
    }
    expect(slices).toBeGreaterThan(3);
    expect(step.value).toEqual(clusterReasons(items));
  });

  it('keeps thousands of different reasons apart by concept, in chunks, in a few seconds', () => {
    const kinds = [
      ['The caller was not verified before file', 'opened'],
      ['Wrong price quoted for service', 'today'],
      ['The tone was rude on line', 'throughout'],
      ['Long silence of the line at desk', 'again'],
    ];
    const letters = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)] ?? '').join('');
    const items = Array.from({ length: 4000 }, (_, index) => {
      const [head, tail] = kinds[index % kinds.length] ?? [];
      return { reason: `${head} x${letters(index)} ${tail}`, case: `case ${index % 7}` };
    });
    const { group, groups } = clusterReasons(items);
    for (const { members } of groups) expect(new Set(members.map((at) => at % kinds.length)).size).toBe(1);
    expect(new Set(group).size).toBeLessThan(40);
  }, 20_000);
});
