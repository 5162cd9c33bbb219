/** Is an answer well formed and within its schema? Complaints in words; none means yes. */
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { isRecord, type Json } from '../support/raw-server.ts';

const BY_NAME = new Map(TOOLS.map((tool) => [tool.name, tool]));
/** `runs[].name`, `clusters.new[].title`, `test.options.*`. */
const PATH = /^[a-z_]+(\[\]|\.\*|\.[a-z_]+)*$/;
/** Members that the server adds to every tool's data. */
const ADDED = ['untrusted', 'headline', 'sandbox', 'next'];
/** Far above the budget of a full answer, far below what a host cuts. */
const MOST_CHARACTERS = 90_000;
/** Control characters but the line break, zero-width, bidi and tag characters. */
const UNSEEN = /[^\P{Cc}\n]|[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;
const KIND = /\(kind [a-z_]+[,)]/;

/** Complaints about the answer to a request. */
export function complaints(request: { method: string; params?: Json }, answer: Json): string[] {
  if (isRecord(answer.error)) {
    const { message } = answer.error;
    return typeof message === 'string' && message.trim().length >= 4 ? [] : ['an error without words'];
  }
  if (!isRecord(answer.result)) return ['a result that is no object'];
  return request.method === 'tools/call' ? ofCall(request.params?.name, answer.result) : [];
}

function ofCall(name: unknown, result: Json): string[] {
  const found: string[] = [];
  if (JSON.stringify(result).length > MOST_CHARACTERS) found.push('an answer beyond every budget');
  if (result.resultType === 'input_required')
    return isRecord(result.inputRequests) ? found : ['a question without a question'];
  const blocks = Array.isArray(result.content) ? result.content : [];
  const texts = blocks.map((block) => (isRecord(block) && block.type === 'text' ? block.text : undefined));
  if (texts.length === 0) found.push('no content');
  for (const text of texts) {
    if (typeof text !== 'string' || text.trim() === '') found.push('a block without text');
    else if (UNSEEN.test(text)) found.push(`something invisible in the text: ${JSON.stringify(text.match(UNSEEN))}`);
  }
  const [text] = texts;
  if (result.isError === true) {
    if (
      typeof text !== 'string' ||
      !KIND.test(text) ||
      text
        .replace(/\(kind.*/s, '')
        .trim()
        .split(' ').length < 3
    )
      found.push(`an error without a reason: ${String(text).slice(0, 200)}`);
    return found;
  }
  const tool = typeof name === 'string' ? BY_NAME.get(name) : undefined;
  if (!tool) return [...found, 'a result of a tool that does not exist'];
  const data = result.structuredContent;
  if (!isRecord(data)) return [...found, 'no structured content'];
  if (!Array.isArray(data.untrusted) || data.untrusted.some((path) => !PATH.test(String(path))))
    found.push('no list of paths that are untrusted');
  if (typeof data.headline !== 'string') found.push('no headline');
  const undeclared = Object.keys(data).filter((key) => !ADDED.includes(key) && !(key in tool.output.shape));
  if (undeclared.length > 0) found.push(`undeclared members: ${undeclared.join(', ')}`);
  const parsed = tool.output.safeParse(data);
  if (!parsed.success)
    found.push(
      ...parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
    );
  return found;
}
