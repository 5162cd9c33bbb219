/**
 * The run configuration of a start. A peculiarity of Cognigy: a start names, beside the test, a flow, a language model, a
 * locale and an entry point, each by an id of the main API; names and defaults are turned into these ids.
 */
import * as z from 'zod/v4';
import type { Coverage } from '../../model/coverage.ts';
import { isProblem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import { onlyOne } from '../shared/choose.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { flowOf } from './map-test.ts';
import { choose, type NamedObject, type NamedRow, toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';
import { looksLikeId, type WireNamed, type WireScenario } from './wire.ts';

/** The run configuration in the form that batches take. */
export const runConfigSchema = z.strictObject({
  flowReferenceId: z.string(),
  /** A project (its present state) or a snapshot (a pinned state). */
  entrypoint: z.string(),
  /** The model that plays the caller and judges (the latter INFERRED). */
  largeLanguageModelReferenceId: z.string(),
  localeReferenceId: z.string().optional(),
  userId: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  enableMocking: z.boolean().optional(),
});

/** The options of a caller: names or ids, and values that are passed on unchanged. */
export interface RunOptions {
  locale?: string | undefined;
  llm?: string | undefined;
  snapshot?: string | undefined;
  entrypoint?: string | undefined;
  user_id?: string | undefined;
  data?: Record<string, unknown> | undefined;
  enable_mocking?: boolean | undefined;
  /** Which of its two ids of flow, model and locale the platform is sent. */
  id_form: 'reference' | 'object';
}

export interface Configuration {
  config: z.output<typeof runConfigSchema>;
  /** Names, for the reader of a plan. */
  flow: string;
  llm: string;
  locale?: string | undefined;
  snapshot?: string | undefined;
  /** Ids of the same, whichever of its two ids each is sent by. */
  ids: { flow: string; llm: string; locale?: string | undefined; entrypoint: string };
}

/** Throws `not_found` or `ambiguous` with what there is to choose from. */
export async function readRunConfig(
  scenario: WireScenario,
  agent: string | undefined,
  options: RunOptions,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<Configuration> {
  type Listed = NamedObject & { wire: WireNamed };
  const list = async (row: NamedRow): Promise<{ objects: Listed[]; coverage: Coverage }> => {
    const { items, coverage } = await lookup.named(row, signal);
    const objects = items.flatMap((wire) => {
      const named = toNamed(wire);
      return named ? [{ ...named, wire }] : [];
    });
    return { objects, coverage };
  };

  /** The object that was chosen. An id is sent unchecked where the key may not list such objects, or not all of them. */
  async function chosen(row: NamedRow, wanted: string, what: string, pass: string): Promise<NamedObject> {
    let complete = true;
    const amongListed = async () => {
      const { objects, coverage } = await list(row);
      complete = coverage.complete;
      return choose(objects, coverage, wanted, { platform: PLATFORM, what, pass });
    };
    try {
      return await amongListed().catch((error: unknown) => {
        // What is not in a list that was kept may have been made since: the clone of a flow, a snapshot.
        if (!isProblem(error) || error.kind !== 'not_found' || error.details.vendor !== undefined) throw error;
        lookup.forget(row);
        return amongListed();
      });
    } catch (error) {
      const uncheckedId = isProblem(error) && (!complete || error.details.vendor !== undefined) && looksLikeId(wanted);
      if (!uncheckedId || !['forbidden', 'not_found'].includes(error.kind)) throw error;
      return { name: wanted, id: wanted, reference: wanted };
    }
  }

  async function theFlow(): Promise<NamedObject> {
    const wanted = agent === undefined ? flowOf(scenario) : (parseRef(agent)?.ids.at(-1) ?? agent);
    if (wanted !== undefined) return chosen(ENDPOINTS.listFlows, wanted, 'flow', '`agent`');
    return onlyOne((await list(ENDPOINTS.listFlows)).objects, { platform: PLATFORM, what: 'flow', pass: '`agent`' });
  }

  async function theModel(): Promise<NamedObject> {
    const [what, pass] = ['language model', 'provider_options.llm'];
    if (options.llm !== undefined) return chosen(ENDPOINTS.listModels, options.llm, what, pass);
    const { objects } = await list(ENDPOINTS.listModels);
    const [standard] = objects.filter(({ wire }) => wire.isDefault === true);
    return standard ?? onlyOne(objects, { platform: PLATFORM, what, pass });
  }

  async function theLocale(): Promise<NamedObject | undefined> {
    if (options.locale !== undefined)
      return chosen(ENDPOINTS.listLocales, options.locale, 'locale', 'provider_options.locale');
    try {
      const locales = (await list(ENDPOINTS.listLocales)).objects;
      return locales.find(({ wire }) => wire.primary === true) ?? (locales.length === 1 ? locales[0] : undefined);
    } catch (error) {
      // A locale is optional: without one the flow runs in its own.
      if (signal.aborted || !isProblem(error) || error.details.vendor === undefined) throw error;
      return undefined;
    }
  }

  async function theEntrypoint(): Promise<NamedObject> {
    const { snapshot, entrypoint } = options;
    if (snapshot !== undefined)
      return chosen(ENDPOINTS.listSnapshots, snapshot, 'snapshot', 'provider_options.snapshot');
    const id = entrypoint ?? (await lookup.project(signal));
    return { name: id, id, reference: id };
  }

  const [flow, model, locale, entrypoint] = await Promise.all([theFlow(), theModel(), theLocale(), theEntrypoint()]);
  // The members are named for references; field code fills them with object ids.
  const sent = (choice: NamedObject) => (options.id_form === 'object' ? choice.id : choice.reference);
  const { user_id, data, enable_mocking } = options;
  return {
    config: {
      flowReferenceId: sent(flow),
      entrypoint: entrypoint.id,
      largeLanguageModelReferenceId: sent(model),
      localeReferenceId: locale && sent(locale),
      userId: user_id,
      data,
      enableMocking: enable_mocking,
    },
    flow: flow.name,
    llm: model.name,
    locale: locale?.name,
    snapshot: options.snapshot && entrypoint.name,
    ids: { flow: flow.id, llm: model.id, locale: locale?.id, entrypoint: entrypoint.id },
  };
}
