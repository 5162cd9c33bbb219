/** What is said of a run, in the forms that the lies order: verdicts, names of evaluations, transcripts. */
import type { Lies } from './lies.ts';

type Row = Record<string, unknown>;

const WORDS = {
  documented: [undefined, undefined],
  punctuated: ['Passed.', 'Failed.'],
  with_a_reason: ['Pass - as it should', 'Fail - rude'],
  other_word: ['Yes', 'Not Passed'],
  number: [1, 0],
  text_number: ['1', '0'],
  list: [['Passed'], ['Failed']],
  object: [{ passed: true }, { passed: false }],
  choice: [{ choice: 'Passed' }, { choice: 'Failed' }],
  unknown_object: [{ verdict: { value: 'good' } }, { verdict: { value: 'bad' } }],
  empty: ['', ''],
} as const;

/** A verdict as it is written; `own` is the vendor's way. */
export function verdictIn({ verdict_form, verdict_form_of }: Lies, passed: boolean, own: unknown): unknown {
  if (verdict_form === 'documented' || (passed && verdict_form_of === 'failed')) return own;
  return WORDS[verdict_form][passed ? 0 : 1];
}

/** Name of the `index`-th evaluation of a run as it is told. */
export function nameIn({ evaluation_names }: Lies, name: string, index: number): string | null {
  if (evaluation_names === 'missing' && index % 2 === 0) return null;
  return evaluation_names === 'duplicate' ? 'Quality' : name;
}

/** Sound as a text: what a platform sends in place of words. */
const AUDIO = `UklGRiQAAABXQVZFZm10IBAAAAABAAEA${'gD4AAAB9AAACABAAZGF0YQAA'.repeat(200)}`;

/** A transcript as it is sent; `content` and `speaker` are the members of a row. */
export function transcriptIn(
  { transcript_form }: Lies,
  rows: readonly Row[],
  { content, speaker }: { content: string; speaker: string },
): unknown {
  switch (transcript_form) {
    case 'counted_only':
      return [];
    case 'items':
      return { items: rows };
    case 'json_text':
      return JSON.stringify(rows);
    case 'object_content': {
      const forms = [{ found: true }, 42, { text: { value: 'Hello.' } }];
      return rows.map((row, index) => (index % 3 === 2 ? row : { ...row, [content]: forms[index % forms.length] }));
    }
    case 'unknown_speakers':
      return rows.map((row, index) => ({ ...row, [speaker]: index % 2 === 0 ? 'transfer_target' : 'human_agent' }));
    case 'audio':
      return rows.map((row, index) => (index === 1 ? { ...row, [content]: AUDIO } : row));
    default:
      return rows;
  }
}
