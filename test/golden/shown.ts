/** One golden answer: how it is made, what varies in it from run to run, and how it stands in its file. */
import { argumentProblem } from '../../src/mcp/arguments.ts';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentAnswer, presentProblem } from '../../src/mcp/present/answer.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import { isProblem } from '../../src/model/problem.ts';

export interface Shown {
  args: Readonly<Record<string, unknown>>;
  text: string;
  /** Structured content; absent of an error, of a question to a person, of a resource and of a prompt. */
  data?: Record<string, unknown> | undefined;
}

const redact = (one: string) => one;
const boundary = '0'.repeat(12);

/** What a host gets for a call. */
export async function ask(name: string, args: Record<string, unknown>, context: ToolContext): Promise<Shown> {
  const tool = toolNamed(name);
  try {
    const complaint = argumentProblem(name, tool.input, args);
    if (complaint) throw complaint;
    const answer = await tool.run(args, context);
    if (isQuestion(answer)) return { args, text: answer.ask };
    const { content, structuredContent } = presentAnswer(tool, answer, { redact, boundary, sandbox: false });
    return { args, text: content[0]?.text ?? '', data: structuredContent };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { args, text: presentProblem(error, { redact, boundary }).content[0]?.text ?? '' };
  }
}

/** Are the files to be written anew? Throws on a CI machine, where nobody would read what changed. */
export function mayUpdate({ UPDATE_GOLDEN, CI }: Readonly<Record<string, string | undefined>>): boolean {
  if (UPDATE_GOLDEN !== '1') return false;
  if (CI) throw new Error('Golden files are not written on a CI machine.');
  return true;
}

/** What varies from run to run, under a name of its own. */
const VARYING: readonly [RegExp, string][] = [
  [/\b127\.0\.0\.1:\d+/g, '<host>'],
  [/\beyJ[\w-]{20,}/g, '<cursor>'],
  [/(?<=^(<<<)?quoted )[0-9a-f]{12}(?=: text of the platform|>>>$)/gm, '<boundary>'],
  [/(?<=confirm=|"confirm": ")[\w-]{20,}/g, '<token>'],
  [/(?<=waited |"waited_seconds": )[\d.]+/g, '<seconds>'],
];

/** The file of an answer: its text, then its structured content. */
export function fileOf({ args, text, data }: Shown): string {
  const parts = [`arguments ${JSON.stringify(args)}`, '', text, ''];
  if (data) parts.push('--- structuredContent', JSON.stringify(data, undefined, 1), '');
  return VARYING.reduce((whole, [varies, name]) => whole.replace(varies, name), parts.join('\n'));
}
