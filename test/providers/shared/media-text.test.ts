import { expect, it } from 'vitest';
import { saidText } from '../../../src/providers/shared/media-text.ts';

const sound = `UklGRiQAAABXQVZFZm10IBAAAAABAAEA${'QUJDREVGR0g'.repeat(10)}==`;

it.each([
  ['base64', sound, '[audio]'],
  ['base64 in lines', sound.replace(/.{60}/g, '$&\r\n'), '[audio]'],
  ['a data URL', `data:audio/wav;base64,${sound}`, '[audio]'],
  ['a data URL with parameters', `data:audio/l16;rate=8000;base64,${sound}`, '[audio]'],
  ['a picture', `data:image/png;base64,${sound}`, '[image]'],
  ['words', 'I want my money back.', 'I want my money back.'],
  ['a long word', 'x'.repeat(100), 'x'.repeat(100)],
  ['a link', `https://example.com/${sound}`, `https://example.com/${sound}`],
  ['JSON', '{"found":true}', '{"found":true}'],
])('shows %s as what it is', (_what, text, shown) => {
  expect(saidText(text)).toBe(shown);
});
