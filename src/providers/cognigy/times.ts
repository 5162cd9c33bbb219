/**
 * Moments and durations. Objects of the Simulator mix integers and ISO 8601 texts; whether the integers count seconds or
 * milliseconds is undocumented (milliseconds INFERRED: the vendor chose int64; its main API, in seconds, int32).
 */

/** Numbers below this count seconds, others milliseconds: as milliseconds it is March 1973. */
const SECONDS_BELOW = 1e11;
/** The last moment that JavaScript's Date can name. */
const LAST_MOMENT = 8.64e15;

/** Milliseconds since the epoch; undefined for what names no moment. A text without an offset is UTC. */
export function instant(value: number | string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return epoch(value);
  const written = value.trim();
  if (/^\d+(\.\d+)?$/.test(written)) return epoch(Number(written));
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    written,
  );
  if (!match) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const parsed = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function epoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0 || value > LAST_MOMENT) return undefined;
  return value < SECONDS_BELOW ? value * 1000 : value;
}

/** ISO 8601 UTC of a moment the vendor wrote. */
export function iso(value: number | string | undefined): string | undefined {
  const at = instant(value);
  return at === undefined ? undefined : new Date(at).toISOString();
}

/**
 * Seconds of a duration whose unit is undocumented. `span` is how long the turns took, in seconds: the unit that comes
 * closer to it wins. Without turns to go by, milliseconds (INFERRED), unless the conversation would be over within one
 * second.
 */
export function seconds(value: number | undefined, span: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value < 0) return span;
  if (value === 0) return span ?? 0;
  if (span === undefined || span <= 0) return value < 1000 ? value : value / 1000;
  const away = (guess: number) => Math.abs(Math.log(guess / span));
  return away(value) < away(value / 1000) ? value : value / 1000;
}
