/** What a template or a host left where a value belongs: `${VAR}`, `{{VAR}}`, `<your-key>`, `%VAR%`, `changeme`. */

const WHOLE = [
  /^\$\{[^}]*\}$/,
  /^\$\([^)]*\)$/,
  /^\$[A-Za-z_]\w*$/,
  /^%\w+%$/,
  /^\{+[^{}]*\}+$/,
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^__\w+__$/,
  /^(your|my|insert|replace|paste|enter)[-_ ]?.*(key|token|secret|here)$/i,
  /^(your|insert|replace|paste|enter)[-_ ].*(id|url|host|name)$/i,
  /^(x{3,}|\.{3,}|…|changeme|todo|none|null|undefined)$/i,
];
const INSIDE = /\$\{[^{}]*\}|\{\{[^{}]*\}\}|<[^<>]+>/;

/** True for a text that is a placeholder as a whole, with or without quotes around it. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  return WHOLE.some((form) => form.test(text));
}

/** True for a text of which a part is still to be filled in, too: `https://api-<company>.cognigy.cloud`, `Bearer ${KEY}`. */
export function hasPlaceholder(value: string): boolean {
  return isPlaceholder(value) || INSIDE.test(value);
}
