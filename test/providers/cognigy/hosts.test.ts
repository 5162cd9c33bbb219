import { describe, expect, it } from 'vitest';
import { normaliseBase } from '../../../src/providers/cognigy/hosts.ts';

describe('the API host', () => {
  it.each([
    // As documented.
    ['https://api-trial.cognigy.ai', 'https://api-trial.cognigy.ai'],
    ['https://api-app-us.cognigy.ai/', 'https://api-app-us.cognigy.ai'],
    ['https://api-acme.cognigy.cloud', 'https://api-acme.cognigy.cloud'],
    ['https://cognigy-api-na1.nicecxone.com', 'https://cognigy-api-na1.nicecxone.com'],
    // As people paste it.
    ['https://trial.cognigy.ai', 'https://api-trial.cognigy.ai'],
    ['https://app-us.cognigy.ai/project/683ef2a3/agents?tab=1#top', 'https://api-app-us.cognigy.ai'],
    ['acme.cognigy.cloud', 'https://api-acme.cognigy.cloud'],
    ['https://endpoint-trial.cognigy.ai/0123abcd', 'https://api-trial.cognigy.ai'],
    ['https://cognigy-eu1.nicecxone.com/login', 'https://cognigy-api-eu1.nicecxone.com'],
    ['HTTPS://API-TRIAL.COGNIGY.AI//', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/testing', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/testing/openapi/openapi-viewer.json', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/openapi', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/new/v2.0/', 'https://api-trial.cognigy.ai'],
    // On premises, where a path may be part of the host.
    ['https://cognigy.acme.example/api/testing/', 'https://cognigy.acme.example/api'],
    ['https://cognigy.acme.example/new', 'https://cognigy.acme.example'],
    ['https://api.acme.example/v2.0', 'https://api.acme.example'],
    ['http://127.0.0.1:8080/cognigy', 'http://127.0.0.1:8080/cognigy'],
    ['http://localhost:8080/cognigy/testing', 'http://localhost:8080/cognigy'],
  ])('%s → %s', (pasted, url) => {
    expect(normaliseBase(pasted)).toEqual({ url });
  });

  it('stays what it is when it was right', () => {
    const once = normaliseBase('trial.cognigy.ai/testing');
    if (!('url' in once)) throw new Error(once.problem);
    expect(normaliseBase(once.url)).toEqual(once);
  });

  it.each([
    ['http://api-trial.cognigy.ai', /https/],
    ['https://key:secret@api-trial.cognigy.ai', /credentials/],
    ['ftp://api-trial.cognigy.ai', /https/],
    ['https://', /not a URL/],
    ['not a url', /not a URL/],
  ])('%s is refused without being repeated', (pasted, problem) => {
    const read = normaliseBase(pasted);
    expect(read).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(read)).not.toContain('secret');
  });
});
