/** The sandbox's world in Cognigy's objects and id forms: 24 hex digits for ids, UUIDs for references. */
import { shortId, stableId } from '../../engine/ids.ts';

export const objectId = (...parts: (string | number)[]) => shortId(24, 'hex', 'cognigy', ...parts);
export const referenceId = (...parts: (string | number)[]) => stableId('cognigy reference', ...parts);

export const ORGANISATION = objectId('organisation');
export const PROJECT = objectId('project');
export const USER = objectId('user');

export interface Thing {
  _id: string;
  referenceId: string;
  name: string;
  [more: string]: unknown;
}

export interface World {
  projects: Thing[];
  locales: Thing[];
  models: (Thing & { isDefault: boolean })[];
}

function thing(kind: string, name: string, more: Record<string, unknown> = {}): Thing {
  return { _id: objectId(kind, name), referenceId: referenceId(kind, name), name, ...more };
}

/** What nobody changes through this sandbox. */
export function createWorld(): World {
  return {
    projects: [
      { _id: PROJECT, referenceId: referenceId('project'), name: 'Bright Harbor Dental' },
      thing('project', 'Old experiments'),
    ],
    locales: [
      thing('locale', 'English', { nluLanguage: 'en-US', primary: true }),
      thing('locale', 'Deutsch', { nluLanguage: 'de-DE', primary: false }),
    ],
    models: [
      { ...thing('model', 'Caller model'), isDefault: true },
      { ...thing('model', 'Small model'), isDefault: false },
    ],
  };
}

/** The one that a member names, in the forms that the switches let pass. */
export function named<T extends Thing>(
  things: readonly T[],
  id: string,
  forms: 'both' | 'reference' | 'object',
): T | undefined {
  return things.find(
    (one) => (forms !== 'object' && one.referenceId === id) || (forms !== 'reference' && one._id === id),
  );
}
