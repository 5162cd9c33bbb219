import { expect, it } from 'vitest';
import { planNotes } from '../../src/starting/plan-notes.ts';

const messages = (count: number) => ({ before: 'At most ', count, after: ' messages.' });
const attempt = (notes: Parameters<typeof planNotes>[0][number]['plan']['notes'], cost?: string) =>
  Object.assign(Object.create(null), { plan: { notes }, cost });

it('numbers of tests that start together are summed, and each sentence is said once', () => {
  expect(
    planNotes([
      attempt([messages(80), 'It cannot be stopped.'], 'One run cost 2 credits.'),
      attempt([messages(80), 'It cannot be stopped.'], 'One run cost 3 credits.'),
      attempt([messages(40), 'Nothing is judged.']),
    ]),
  ).toEqual([
    'At most 200 messages.',
    'It cannot be stopped.',
    'One run cost 2 credits.',
    'One run cost 3 credits.',
    'Nothing is judged.',
  ]);
});
