/** Links to a platform's own page of a session or a run, made of templates that the operator gives: no link rather than a wrong one. */
import { parseRef } from './refs.ts';

/** Templates by `<provider>/session` and `<provider>/run`. */
export type LinkTemplates = ReadonlyMap<string, string>;

/** The innermost ids of a thing, of the session that holds it, and of the test that it executed. */
const PLACEHOLDERS = ['{id}', '{session}', '{test}'] as const;

interface Linkable {
  ref: string;
  link?: string | undefined;
  session?: string | undefined;
  test?: string | undefined;
}

/** What is wrong with a template, in words; undefined for one that can be used: https, no other placeholder, its own id in it. */
export function templateFault(template: string): string | undefined {
  if (!/^https:\/\/[^/?#{}\s]+[/?#]/i.test(template) || !URL.canParse(template)) return 'no https address with a path';
  const unknown = template.match(/\{[^}]*\}?/g)?.find((found) => !PLACEHOLDERS.some((known) => known === found));
  if (unknown !== undefined) return 'a placeholder other than {id}, {session} and {test}';
  return template.includes('{id}') ? undefined : 'no {id}';
}

/** The same with its link, where there is a template and all that stands in it is known. */
export function withLink<T extends Linkable>(links: LinkTemplates, thing: T, session = thing.session): T {
  if (links.size === 0) return thing;
  const link = linkOf(links, { ...thing, session });
  return link === undefined ? thing : { ...thing, link };
}

function linkOf(links: LinkTemplates, { ref, session, test }: Linkable): string | undefined {
  const own = parseRef(ref);
  if (own === undefined) return undefined;
  const template = links.get(`${own.provider}/${own.kind}`);
  if (template === undefined) return undefined;
  const ids = { '{id}': ref, '{session}': own.kind === 'session' ? ref : session, '{test}': test };
  let link = template;
  for (const name of PLACEHOLDERS) {
    if (!link.includes(name)) continue;
    const id = parseRef(ids[name] ?? '')?.ids.at(-1);
    if (id === undefined) return undefined;
    link = link.replaceAll(name, () => encodeURIComponent(id));
  }
  return link;
}
