/** Moments as the vendor writes them: ISO 8601 with or without an offset, with a space, or numbers since the epoch. */

/** The form of all published examples. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Milliseconds since the epoch. A moment without an offset is UTC (Python services omit it), never the reader's zone. */
export function instant(value: string | undefined): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (USUAL.test(text)) return valid(Date.parse(text));
  if (/^\d+(\.\d+)?$/.test(text)) return epoch(Number(text));
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!match) return undefined;
  const [, day, time, zone = 'Z'] = match;
  return valid(
    Date.parse(
      `${day}T${time}${/^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`,
    ),
  );
}

function valid(moment: number): number | undefined {
  return Number.isNaN(moment) ? undefined : moment;
}

/** A number since the epoch in ms, whether it counts seconds or milliseconds; undefined when it can be neither. */
export function epoch(value: number): number | undefined {
  if (value >= 1e11 && value < 1e14) return value;
  return value >= 1e9 && value < 1e11 ? value * 1000 : undefined;
}

/** ISO 8601 UTC of a moment the vendor wrote. */
export function iso(value: string | undefined): string | undefined {
  const at = instant(value);
  return at === undefined ? undefined : new Date(at).toISOString();
}
