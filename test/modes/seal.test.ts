import { describe, expect, it } from 'vitest';
import type { StoredMode } from '../../src/modes/book.ts';
import { authorOf, sealed } from '../../src/modes/seal.ts';
import { storedMode } from './books.ts';

describe('a mode', () => {
  it.each(['assistant', 'model'] as const)('that a tool wrote is of %s', (by) => {
    expect(authorOf(storedMode({ by }))).toBe(by);
  });

  it.each<[string, Partial<StoredMode>]>([
    ['title', { title: 'Other' }],
    ['definition', { definition: 'Other' }],
    ['source', { source: 'caller' }],
    ['source that went', { source: undefined }],
    ['fix_kind', { fix_kind: 'tool' }],
    ['fix', { fix: 'Other' }],
    ['status', { status: 'retired' }],
    ['by', { by: 'model' }],
    ['adopts', { adopts: ['Other'] }],
    ['examples', { examples: [] }],
    ['seal', { seal: undefined }],
    ['fix that moved to the definition', { definition: storedMode().fix, fix: storedMode().definition }],
  ])('is a person’s where somebody changed its %s', (_, change) => {
    expect(authorOf({ ...storedMode(), ...change })).toBe('person');
  });

  it('stays whose it is when its sessions move on, or its lists are sorted in another way', () => {
    const mode = sealed({ ...storedMode(), examples: ['b', 'a'], adopts: ['y', 'x'] });
    expect(authorOf({ ...mode, examples: ['a', 'b'], adopts: ['x', 'y'], last_seen: '2026-01-01T00:00:00Z' })).toBe(
      'assistant',
    );
  });

  it('of a person has no seal', () => {
    expect(sealed({ ...storedMode(), by: 'person' })).not.toHaveProperty('seal');
    expect(authorOf(sealed({ ...storedMode(), by: 'person' }))).toBe('person');
  });
});
