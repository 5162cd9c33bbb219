import { describe, expect, it } from 'vitest';
import { hasPlaceholder, isPlaceholder, isUnfilled } from '../../src/model/placeholder.ts';

describe('placeholders', () => {
  it.each([
    '${COVAL_API_KEY}',
    '${user_config.coval_workspace_id}',
    '${input:key}',
    '${KEY:-}',
    '"${KEY}"',
    '$KEY',
    '$(KEY)',
    '%COVAL_API_KEY%',
    '<your-key>',
    '< your key >',
    '{{KEY}}',
    '{{ secrets.KEY }}',
    '{key}',
    '[your key]',
    '__KEY__',
    'YOUR_API_KEY',
    'your-key-here',
    'paste your key here',
    'your-workspace-id',
    'xxxx',
    '...',
    'changeme',
    'null',
  ])('recognises %s', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  it.each(['none', '[]', '["run"]', 'todo', 'xxx', 'changeme', 'your-key-here'])(
    'tells %s, which somebody wrote, from what a program left',
    (value) => {
      expect([isUnfilled(value), isUnfilled('${KEY}'), isUnfilled('undefined')]).toEqual([false, true, true]);
    },
  );

  it.each(['Bearer ${KEY}', 'https://api-<company>.cognigy.cloud', '${{ secrets.KEY }}', 'sk-{{key}}'])(
    'recognises the part of %s that is to be filled in',
    (value) => {
      expect(isPlaceholder(value)).toBe(false);
      expect(hasPlaceholder(value)).toBe(true);
    },
  );

  it.each([
    'sk_live_123',
    'coval_sk_prod_abc',
    'a1b2c3',
    'yourself-9f8e7d',
    'my-project',
    '/home/me/state',
    'C:\\Users\\me',
    'https://api.coval.dev/v1',
    'a$b',
    '100%',
  ])('takes %s for a value', (value) => {
    expect(hasPlaceholder(value)).toBe(false);
  });
});
