/** A whole that a platform replaces by what it is sent: it goes back only where it was read as it stands there. */
import { isInexact } from '../../model/exact-json.ts';
import { holdsMask, holdsRounded } from './masks.ts';

/**
 * Why a whole cannot be sent back, as the end of a trusted sentence; undefined where it can. `hidden`: the members of it whose
 * masks count, where a person sees the others.
 */
export function whyNotSentBack(whole: unknown, hidden: unknown = whole): string | undefined {
  if (holdsMask(hidden)) return 'shows some of it masked: sent back, the masks would take the place of what they hide';
  if (isInexact(whole) || holdsRounded(whole))
    return 'has a number or a member in it that cannot be read exactly, and so not be sent back as it stands there';
  return undefined;
}
