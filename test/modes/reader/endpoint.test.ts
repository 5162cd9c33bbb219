/** Where a model is asked, from what people paste. */
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../../src/model/problem.ts';
import { modelEndpoint } from '../../../src/modes/reader/endpoint.ts';

const asked = (url: string, api: 'openai' | 'anthropic') => {
  const { baseUrl, path } = modelEndpoint(url, api);
  return baseUrl + path;
};

describe('a model is asked at', () => {
  it.each([
    ['https://api.openai.com', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1/chat/completions', 'https://api.openai.com/v1/chat/completions'],
    ['api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
    ['https://llm.example/v1beta/openai/', 'https://llm.example/v1beta/openai/chat/completions'],
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1/chat/completions'],
    ['http://localhost:1234/v1', 'http://localhost:1234/v1/chat/completions'],
  ])('openai: %s', (url, expected) => {
    expect(asked(url, 'openai')).toBe(expected);
  });

  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/messages', 'https://api.anthropic.com/v1/messages'],
    ['https://gateway.example/anthropic', 'https://gateway.example/anthropic/v1/messages'],
    ['http://[::1]:8080', 'http://[::1]:8080/v1/messages'],
  ])('anthropic: %s', (url, expected) => {
    expect(asked(url, 'anthropic')).toBe(expected);
  });

  it.each([
    'http://llm.example/v1',
    'ftp://llm.example',
    'https://user:hunter2@llm.example',
    'https://llm.example/v1?key=sk-1',
    'sk-live-0123456789abcdef',
    'http://169.254.169.254',
  ])('nowhere: %s', (url) => {
    let thrown: unknown;
    try {
      modelEndpoint(url, 'openai');
    } catch (error) {
      thrown = error;
    }
    expect(isProblem(thrown) && [thrown.kind, thrown.message.startsWith('AGENT_SIM_MODEL_URL')]).toEqual([
      'unconfigured',
      true,
    ]);
    expect(isProblem(thrown) && thrown.message + thrown.details.next).not.toMatch(/hunter2|sk-/);
  });
});
