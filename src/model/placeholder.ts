/** What a template or a host left where a value belongs: `${VAR}`, `{{VAR}}`, `<your-key>`, `%VAR%`, `changeme`. */

const UNFILLED = [
  /^\$\{[^}]*\}$/,
  /^\$\([^)]*\)$/,
  /^\$[A-Za-z_]\w*$/,
  /^%\w+%$/,
  /^\{+[^{}]*\}+$/,
  /^<[^<>]*>$/,
  /^__\w+__$/,
  /^(null|undefined)$/,
];
/** What people write in the place of a key or a host. */
const STANDS_FOR_NOTHING = [
  /^\[[^[\]]*\]$/,
  /^(your|my|insert|replace|paste|enter)[-_ ]?.*(key|token|secret|here)$/i,
  /^(your|insert|replace|paste|enter)[-_ ].*(id|url|host|name)$/i,
  /^(x{3,}|\.{3,}|…|changeme|todo|none|null|undefined)$/i,
];
const INSIDE = /\$\{[^{}]*\}|\{\{[^{}]*\}\}|<[^<>]+>/;

/**
 * True for what a program left of a variable that was not given, with or without quotes around it. A word such as `none` is no
 * such thing: somebody may have meant it.
 */
export function isUnfilled(value: string): boolean {
  return UNFILLED.some((form) => form.test(unquoted(value)));
}

/** True for a text that is a placeholder as a whole, with or without quotes around it: where a key or a host belongs. */
export function isPlaceholder(value: string): boolean {
  return isUnfilled(value) || STANDS_FOR_NOTHING.some((form) => form.test(unquoted(value)));
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** True for a text of which a part is still to be filled in, too: `https://api-<company>.cognigy.cloud`, `Bearer ${KEY}`. */
export function hasPlaceholder(value: string): boolean {
  return isPlaceholder(value) || INSIDE.test(value);
}
