/** The run configuration of a start: names and defaults turned into the ids that the vendor takes. */
import { isProblem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { RunConfig } from './client.ts';
import type { Directory } from './directory.ts';
import type { NamedKind } from './main-api.ts';
import { flowOf } from './map-test.ts';
import { type Choice, looksLikeId, pick, toChoice, undecided } from './names.ts';
import type { RunOptions } from './options.ts';
import type { WireNamed, WireScenario } from './wire.ts';

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
  const list = async (kind: NamedKind) => {
    const wires = await directory.all(kind, signal);
    return wires.flatMap((wire): (Choice & { wire: WireNamed })[] => {
      const choice = toChoice(wire);
      return choice ? [{ ...choice, wire }] : [];
    });
  };

  /** The chosen one; an id goes out as it is where the key may not list what it names. */
  async function chosen(kind: NamedKind, wanted: string, what: string, pass: string): Promise<Choice> {
    try {
      return pick(await list(kind), wanted, what, pass);
    } catch (error) {
      const unlisted = isProblem(error) && error.details.vendor !== undefined && looksLikeId(wanted);
      if (!unlisted || !['forbidden', 'not_found'].includes(error.kind)) throw error;
      return { name: wanted, id: wanted, reference: wanted };
    }
  }

  async function theFlow(): Promise<Choice> {
    const wanted = agent === undefined ? flowOf(scenario) : (parseRef(agent)?.ids.at(-1) ?? agent);
    if (wanted !== undefined) return chosen('flows', wanted, 'flow', '`agent`');
    const flows = await list('flows');
    const [only, ...others] = flows;
    if (only && others.length === 0) return only;
    throw undecided(flows, 'flow', '`agent`');
  }

  async function theModel(): Promise<Choice> {
    const pass = 'provider_options.llm';
    if (options.llm !== undefined) return chosen('largelanguagemodels', options.llm, 'language model', pass);
    const models = await list('largelanguagemodels');
    const standard = models.filter(({ wire }) => wire.isDefault === true);
    const [only] = standard.length > 0 ? standard : models.length === 1 ? models : [];
    if (only) return only;
    throw undecided(models, 'language model', pass);
  }

  async function theLocale(): Promise<Choice | undefined> {
    if (options.locale !== undefined) return chosen('locales', options.locale, 'locale', 'provider_options.locale');
    try {
      const locales = await list('locales');
      return locales.find(({ wire }) => wire.primary === true) ?? (locales.length === 1 ? locales[0] : undefined);
    } catch (error) {
      // It is optional: without one the flow runs in its own.
      if (signal.aborted || !isProblem(error) || error.details.vendor === undefined) throw error;
      return undefined;
    }
  }

  async function theEntrypoint(): Promise<Choice> {
    const { snapshot, entrypoint } = options;
    if (snapshot !== undefined) return chosen('snapshots', snapshot, 'snapshot', 'provider_options.snapshot');
    const id = entrypoint ?? (await directory.project(signal));
    return { name: id, id, reference: id };
  }

  const [flow, model, locale, entrypoint] = await Promise.all([theFlow(), theModel(), theLocale(), theEntrypoint()]);
  // The members are named for references; field code fills them with object ids.
  const sent = (choice: Choice) => (options.id_form === 'object' ? choice.id : choice.reference);
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
