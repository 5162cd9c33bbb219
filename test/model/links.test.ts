import { describe, expect, it } from 'vitest';
import { linksOf } from '../../src/config/links.ts';
import { withLink } from '../../src/model/links.ts';

const read = (value: string | undefined) => {
  const problems: string[] = [];
  return { links: linksOf(value, problems), problems };
};
const { links } = read(
  'coval/run=https://app.example/acme/runs/{session}/{id} COVAL/session=https://app.example/acme/runs/{id}\n' +
    'futureagi/session=https://app.example/test/{test}/{id}/call-details',
);

describe('links', () => {
  it.each([
    ['a session', { ref: 'coval/session/s1' }, 'https://app.example/acme/runs/s1'],
    ['a run of a session', { ref: 'coval/run/r1', session: 'coval/session/s1' }, 'https://app.example/acme/runs/s1/r1'],
    ['the innermost of several ids', { ref: 'coval/session/a~b%2Fc' }, 'https://app.example/acme/runs/b%2Fc'],
    [
      'a test in it',
      { ref: 'futureagi/session/e', test: 'futureagi/suite/t' },
      'https://app.example/test/t/e/call-details',
    ],
  ])('are made for %s', (_name, thing, link) => {
    expect(withLink(links, thing)).toEqual({ ...thing, link });
  });

  it.each([
    ['whose session is not known', { ref: 'coval/run/r1' }],
    ['whose test is not known', { ref: 'futureagi/session/e' }],
    ['of a platform without a template', { ref: 'synthflow/run/r1' }],
    ['that is no single thing', { ref: 'coval/session/a,coval/session/b' }],
  ])('are not made for one %s', (_name, thing) => {
    expect(withLink(links, thing)).toEqual(thing);
  });

  it('take the session that is passed for a run that names none', () => {
    expect(withLink(links, { ref: 'coval/run/r1' }, 'coval/session/s1')).toHaveProperty(
      'link',
      'https://app.example/acme/runs/s1/r1',
    );
  });

  it.each([
    ['no scheme', 'coval/run=app.example/{id}'],
    ['http', 'coval/run=http://app.example/{id}'],
    ['a script', 'coval/run=javascript:alert({id})'],
    ['no id', 'coval/run=https://app.example/runs'],
    ['another placeholder', 'coval/run=https://app.example/{id}/{user}'],
    ['a placeholder that does not end', 'coval/run=https://app.example/{id}/{user'],
    ['an id as its host', 'coval/run=https://{id}/x'],
    ['a kind without pages', 'coval/case=https://app.example/{id}'],
    ['no key', 'https://app.example/{id}'],
  ])('with %s are left out, and that is said', (_name, entry) => {
    const { links: none, problems } = read(`${entry} coval/session=https://app.example/{id}`);
    expect([...none.keys()]).toEqual(['coval/session']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^An entry of AGENT_SIM_LINKS/);
  });

  it.each([undefined, '', '  '])('are none for %j', (value) => {
    expect(read(value)).toEqual({ links: new Map(), problems: [] });
  });
});
