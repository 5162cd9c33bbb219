/**
 * Paged lists over one or several providers. One provider: its own cursor goes on. Several: a first page of each is
 * merged (newest first where items have a time), and the answer names the providers to page through one by one. One
 * broken provider does not spoil the rest: it is named with its problem.
 */
import { Problem } from '../model/problem.ts';
import type { CallContext, Page, Provider } from '../providers/provider.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { patience } from './patience.ts';
import { DIGEST_BUDGET, fit } from './present/budget.ts';
import { unsupported } from './reader.ts';
import type { ToolContext } from './tool.ts';

export interface Listed<T> {
  items: T[];
  nextCursor?: string;
  total?: number;
  /** Providers that could not answer, each with why (trusted words). */
  problems?: string[];
  /** The same as a sentence for the headline, or ''. */
  problemText: string;
}

type ListCall<T> = (
  provider: Provider,
  query: { limit: number; cursor?: string },
  call: CallContext,
) => Promise<Page<T>> | undefined;

/** Reads one page for `args`; `tool` binds the cursor to the query. */
export async function pageAcross<T extends object>(
  tool: string,
  args: { provider?: string; limit?: number; cursor?: string } & Record<string, unknown>,
  context: Pick<ToolContext, 'registry' | 'signal'>,
  list: ListCall<T>,
): Promise<Listed<T>> {
  const providers =
    args.provider === undefined
      ? await context.registry.configured()
      : [await context.registry.provider(args.provider)];
  const [only, ...others] = providers;
  const limit = args.limit ?? 20;
  const call = { signal: context.signal };
  if (only && others.length === 0) return pageOf(tool, args, only, limit, call, list);
  if (args.cursor !== undefined) {
    throw new Problem('invalid_input', 'A list over several providers has no cursor.', {
      next: 'Pass `provider` to page through one of them.',
    });
  }

  const answers = await Promise.all(
    providers.map(async (provider) => {
      const { signal, outcome } = patience(provider, context.signal);
      try {
        const page = await list(provider, { limit }, { signal });
        return { provider, page, problem: page ? undefined : unsupported(provider, 'this list') };
      } catch (error) {
        return { provider, page: undefined, problem: outcome(error) };
      }
    }),
  );
  const working = answers.filter((answer) => answer.page !== undefined);
  const problems = answers.flatMap(({ provider, problem }) => (problem ? [`${provider.id}: ${problem.message}`] : []));
  const [first] = answers;
  if (working.length === 0 && first?.problem) throw first.problem;
  const ranked = working.flatMap((answer) => (answer.page?.items ?? []).map((item, rank) => ({ item, rank })));
  // Items without a time take turns, so that a short list shows something of every platform.
  ranked.sort((a, b) => createdAt(b.item).localeCompare(createdAt(a.item)) || a.rank - b.rank);
  const merged = ranked.map(({ item }) => item);
  const { kept } = fit(merged.slice(0, limit), DIGEST_BUDGET);
  const totals = working.map((answer) => answer.page?.total);
  const total =
    totals.every((one) => one !== undefined) && problems.length === 0
      ? totals.reduce((sum: number, one) => sum + (one ?? 0), 0)
      : undefined;
  const more = kept.length < merged.length || working.some((answer) => answer.page?.next !== undefined);
  const notes = working.flatMap((answer) => answer.page?.notes ?? []);
  const sentences = [
    ...problems.map((problem) => ` Not answering: ${problem}`),
    ...notes.map((note) => ` ${note}`),
    more ? ' More: pass `provider` to page through one platform.' : '',
  ];
  return { items: kept, total, problems: problems.length > 0 ? problems : undefined, problemText: sentences.join('') };
}

async function pageOf<T>(
  tool: string,
  args: { limit?: number; cursor?: string } & Record<string, unknown>,
  provider: Provider,
  limit: number,
  call: CallContext,
  list: ListCall<T>,
): Promise<Listed<T>> {
  const position = readCursor(tool, args, args.cursor);
  const page = await list(provider, { limit, cursor: position.vendor }, call);
  if (!page) throw unsupported(provider, 'this list');
  const { kept, omitted } = fit(page.items.slice(position.skip), DIGEST_BUDGET);
  let nextCursor: string | undefined;
  if (omitted > 0) nextCursor = writeCursor(tool, args, { vendor: position.vendor, skip: position.skip + kept.length });
  else if (page.next !== undefined) nextCursor = writeCursor(tool, args, { vendor: page.next, skip: 0 });
  return {
    items: kept,
    nextCursor,
    total: page.total,
    problemText: (page.notes ?? []).map((note) => ` ${note}`).join(''),
  };
}

function createdAt(item: object): string {
  return 'created_at' in item && typeof item.created_at === 'string' ? item.created_at : '';
}
