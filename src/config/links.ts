/** Reads `AGENT_SIM_LINKS`: templates of links, each with the kind of thing it is for. */
import { type LinkTemplates, templateFault } from '../model/links.ts';
import { present, quoted } from './values.ts';

const KEY = /^[a-z]+\/(?:session|run)$/;

/** Entries `<provider>/session=https://…/{id}`, separated by white space. One that cannot be used is left out, and a problem says why. */
export function linksOf(value: string | undefined, problems: string[]): LinkTemplates {
  const links = new Map<string, string>();
  for (const entry of present(value)?.trim().split(/\s+/) ?? []) {
    const at = entry.indexOf('=');
    const [key, template] = [entry.slice(0, Math.max(0, at)).toLowerCase(), entry.slice(at + 1)];
    const fault = KEY.test(key) ? templateFault(template) : 'not <provider>/session=… or <provider>/run=…';
    if (fault === undefined) links.set(key, template);
    else problems.push(`An entry of AGENT_SIM_LINKS, ${quoted(entry)}, is ${fault}: it gives no links.`);
  }
  return links;
}
