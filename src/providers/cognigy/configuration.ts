/** The run configuration of a start: names and defaults turned into the ids that the vendor takes. */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import { onlyOne } from '../shared/choose.ts';
import type { RunConfig } from './client.ts';
import { choose, type Directory, type NamedThing, toThing } from './directory.ts';
import type { NamedKind } from './main-api.ts';
import { flowOf } from './map-test.ts';
import type { RunOptions } from './options.ts';
import { PLATFORM } from './platform.ts';
import { looksLikeId, type WireNamed, type WireScenario } from './wire.ts';

export interface Configuration {
  config: RunConfig;
  /** Names, for the reader of a plan. */
  flow: string;
  llm: string;
  locale?: string;
  snapshot?: string;
}

export async function configure(
  scenario: WireScenario,
  agent: string | undefined,
  options: RunOptions,
  directory: Directory,
  signal: AbortSignal,
): Promise<Configuration> {
  type Thing = NamedThing & { wire: WireNamed };
  const list = async (kind: NamedKind): Promise<{ things: Thing[]; coverage: Coverage }> => {
    const { items, coverage } = await directory.all(kind, signal);
    const things = items.flatMap((wire) => {
      const thing = toThing(wire);
      return thing ? [{ ...thing, wire }] : [];
    });
    return { things, coverage };
  };

  /** The chosen one; an id goes out as it is where the key may not list what it names, or not all of it. */
  async function chosen(kind: NamedKind, wanted: string, what: string, pass: string): Promise<NamedThing> {
    let complete = true;
    try {
      const { things, coverage } = await list(kind);
      complete = coverage.complete;
      return choose(things, coverage, wanted, { platform: PLATFORM, what, pass });
    } catch (error) {
      const closed = isProblem(error) && (!complete || error.details.vendor !== undefined) && looksLikeId(wanted);
      if (!closed || !['forbidden', 'not_found'].includes(error.kind)) throw error;
      return { name: wanted, id: wanted, reference: wanted };
    }
  }

  async function theFlow(): Promise<NamedThing> {
    const wanted = agent === undefined ? flowOf(scenario) : (parseRef(agent)?.ids.at(-1) ?? agent);
    if (wanted !== undefined) return chosen('flows', wanted, 'flow', '`agent`');
    return onlyOne((await list('flows')).things, { platform: PLATFORM, what: 'flow', pass: '`agent`' });
  }

  async function theModel(): Promise<NamedThing> {
    const [what, pass] = ['language model', 'provider_options.llm'];
    if (options.llm !== undefined) return chosen('largelanguagemodels', options.llm, what, pass);
    const { things } = await list('largelanguagemodels');
    const [standard] = things.filter(({ wire }) => wire.isDefault === true);
    return standard ?? onlyOne(things, { platform: PLATFORM, what, pass });
  }

  async function theLocale(): Promise<NamedThing | undefined> {
    if (options.locale !== undefined) return chosen('locales', options.locale, 'locale', 'provider_options.locale');
    try {
      const locales = (await list('locales')).things;
      return locales.find(({ wire }) => wire.primary === true) ?? (locales.length === 1 ? locales[0] : undefined);
    } catch (error) {
      // It is optional: without one the flow runs in its own.
      if (signal.aborted || !isProblem(error) || error.details.vendor === undefined) throw error;
      return undefined;
    }
  }

  async function theEntrypoint(): Promise<NamedThing> {
    const { snapshot, entrypoint } = options;
    if (snapshot !== undefined) return chosen('snapshots', snapshot, 'snapshot', 'provider_options.snapshot');
    const id = entrypoint ?? (await directory.project(signal));
    return { name: id, id, reference: id };
  }

  const [flow, model, locale, entrypoint] = await Promise.all([theFlow(), theModel(), theLocale(), theEntrypoint()]);
  // The members are named for references; field code fills them with object ids.
  const sent = (choice: NamedThing) => (options.id_form === 'object' ? choice.id : choice.reference);
  const { user_id, data, enable_mocking } = options;
  return {
    config: {
      flowReferenceId: sent(flow),
      entrypoint: entrypoint.id,
      largeLanguageModelReferenceId: sent(model),
      ...(locale === undefined ? {} : { localeReferenceId: sent(locale) }),
      ...(user_id === undefined ? {} : { userId: user_id }),
      ...(data === undefined ? {} : { data }),
      ...(enable_mocking === undefined ? {} : { enableMocking: enable_mocking }),
    },
    flow: flow.name,
    llm: model.name,
    ...(locale === undefined ? {} : { locale: locale.name }),
    ...(options.snapshot === undefined ? {} : { snapshot: entrypoint.name }),
  };
}
