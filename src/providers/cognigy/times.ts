/** Durations, whose unit is undocumented. */

/**
 * Seconds of a duration. `span` is how long the turns took, in seconds: the unit that comes closer to it wins. Without
 * turns to go by, milliseconds (INFERRED), unless the conversation would be over within one second.
 */
export function seconds(value: number | undefined, span: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value < 0) return span;
  if (value === 0) return span ?? 0;
  if (span === undefined || span <= 0) return value < 1000 ? value : value / 1000;
  const away = (guess: number) => Math.abs(Math.log(guess / span));
  return away(value) < away(value / 1000) ? value : value / 1000;
}
