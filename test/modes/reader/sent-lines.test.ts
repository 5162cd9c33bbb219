/** What leaves for a model: cleaned, short, without keys; masked where that was asked for. */
import { describe, expect, it } from 'vitest';
import { coded } from '../../../src/modes/coding.ts';
import { failureFold } from '../../../src/modes/failures.ts';
import { failureLines, orderedGroups } from '../../../src/modes/lines.ts';
import { sentLines } from '../../../src/modes/reader/sent-lines.ts';

function sentOf(reason: string | undefined, masked = false, evaluation = 'Booked') {
  const fold = failureFold();
  fold.add({
    ref: 'coval/run/1',
    session: 'coval/session/1',
    status: 'completed',
    verdict: 'failed',
    failed_evaluations: [evaluation],
    evaluations: [{ name: evaluation, verdict: 'failed', reason }],
  });
  const table = fold.result();
  const lines = failureLines(orderedGroups(table), coded([], table), { state: 'uncoded' });
  const { sent, wordless } = sentLines(lines, { masked, redact: (text) => text.replaceAll('sk-1234', '[key]') });
  return { reason: sent[0]?.reason, criterion: sent[0]?.criterion, wordless: wordless.length };
}

describe('a line', () => {
  it('is cleaned, and keys are taken out before it is cut', () => {
    expect(sentOf('It said\u202e "no"\u0000\nand left.').reason).toBe('It said "no" ⏎ and left.');
    // Cleaning puts a key together that was taken apart.
    expect(sentOf('It read out sk-\u200b1234 to them.').reason).toBe('It read out [key] to them.');
    const long = sentOf(`${'x'.repeat(795)} sk-1234 and on`).reason ?? '';
    expect([long.length, long.includes('sk-')]).toEqual([801, false]);
    expect(sentOf('no', false, 'y'.repeat(500)).criterion?.length).toBe(121);
  });

  it('is masked where that was asked for, also where its wording would count with all its words', () => {
    expect(sentOf('The agent told Maria Lopez that "12 May" costs 40 dollars.', true).reason).toBe(
      'The agent told ◦ that “…” costs # dollars.',
    );
    expect(sentOf('"555 0199"', true).reason).toBe('“…”');
    expect(sentOf('"555 0199"').reason).toBe('"555 0199"');
  });

  it.each([undefined, '', ' \u200b '])('without a reason is not sent, and counted: %j', (reason) => {
    expect(sentOf(reason)).toEqual({ reason: undefined, criterion: undefined, wordless: 1 });
  });
});
