/** A page of a list tool: over all platforms or one, with a cursor bound to the query, within the budget of an answer. */
import * as z from 'zod/v4';
import { coverageFor, coverageSchema } from '../model/coverage.ts';
import type { CallContext, Page, Provider } from '../providers/provider.ts';
import { listAcross } from '../reading/lists.ts';
import { budgetFor, fit } from './budget.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { ToolContext } from './tool.ts';

/** What a list says of itself, beside its items. */
export const listSchema = z.object({
  coverage: coverageSchema,
  next_cursor: z.string().optional(),
  total: z.int().optional(),
  from: z.int().optional(),
  not_answering: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});

type ListCall<T> = (
  provider: Provider,
  query: { limit: number; cursor?: string },
  call: CallContext,
) => Promise<Page<T>> | undefined;

/** Reads one page for `args`; `tool` binds the cursor to the query, `what` names the items in the plural. */
export async function pageOfList<T extends { ref: string }>(
  tool: string,
  what: string,
  args: { provider?: string; limit?: number; cursor?: string } & Record<string, unknown>,
  { registry, reading, signal }: Pick<ToolContext, 'registry' | 'reading' | 'signal'>,
  list: ListCall<T>,
): Promise<{ items: T[]; page: z.infer<typeof listSchema> }> {
  const { places = {}, shown: name, total: known } = readCursor(tool, args, args.cursor);
  const shown = reading.shown.before(name);
  const providers =
    args.provider === undefined ? await registry.configured() : [await registry.provider(args.provider)];
  const several = providers.length > 1;
  // What else the answer has to say: the sentences of the coverage twice, and the way on of each platform.
  const others: unknown[] = [places];
  const heard: ListCall<T> = (provider, query, call) =>
    list(provider, query, call)?.then((page) => {
      const coverage = several ? coverageFor(provider.label, page.coverage) : page.coverage;
      const notes = several ? page.notes?.map((note) => `${provider.label}: ${note}`) : page.notes;
      others.push(coverage, coverage.gaps, page.next, notes, notes);
      return { ...page, coverage, notes };
    });
  let cut = false;
  const fits = (items: readonly T[]) => {
    const { kept, omitted } = fit(items, budgetFor('digest', ...others));
    cut ||= omitted > 0;
    return kept.length;
  };
  const listed = await listAcross<T>(
    providers,
    { limit: args.limit ?? 20, places, shown, what, fits, list: heard },
    { signal },
  );
  const { items, next, coverage, not_answering } = listed;
  const notes = cut && next ? [...listed.notes, 'An answer has no room for more.'] : listed.notes;
  const ended = next === undefined && coverage.complete && shown.size > 0;
  const total = listed.total ?? known ?? (ended ? shown.size + items.length : undefined);
  const goesOn = () => reading.shown.keep(new Set([...shown, ...items.map(({ ref }) => ref)]));
  return {
    items,
    page: {
      coverage,
      next_cursor: next && writeCursor(tool, args, { skip: 0, places: next, shown: goesOn(), total }),
      total,
      from: shown.size > 0 ? shown.size + 1 : undefined,
      not_answering: not_answering.length > 0 ? not_answering : undefined,
      notes: notes.length > 0 ? notes : undefined,
    },
  };
}
