/** Bodies of requests, and the fields that strict views take. */
import { isRecord, type JsonObject } from '../../../model/json.ts';
import { Refusal } from './errors.ts';
import type { Switches } from './switches.ts';

/** The object that was sent; an empty one for anything else. */
export async function bodyOf(request: Request): Promise<JsonObject> {
  try {
    const body: unknown = await request.json();
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

/** Throws for a field that a strict view does not know. */
export function strict(fields: JsonObject, known: readonly string[], switches: Switches): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined || !switches.strict) return;
  throw new Refusal(400, `${unknown}: Unknown field.`, { details: { [unknown]: ['Unknown field.'] } });
}

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
