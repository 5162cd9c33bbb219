/**
 * The one script that every client walks: connect, list tools, page a list, read a resource, get a prompt, confirm a start,
 * compare two pools of sessions, keep failure modes and change what a person wrote of them. Of each step it says `works`, `absent` (the client has no way to do it) or what went wrong.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * A client, as far as it goes. `call` gives what the client hands to whoever uses it: text, structured content or both.
 *
 * @typedef {{ text?: string, data?: Record<string, unknown>, isError?: boolean }} Answer
 * @typedef {object} Driver
 * @property {() => Promise<string[]>} tools
 * @property {(tool: string, args: Record<string, unknown>) => Promise<Answer>} call
 * @property {(uri: string) => Promise<string>} [read]
 * @property {(name: string, args: Record<string, string>) => Promise<string>} [prompt]
 * @property {{ answer: string, asked: number }} [person] how the next question to a person is answered, and how many there
 *   were; without it, the client asks nobody
 * @property {Record<string, boolean>} [lacks] whether the client still has no way to do a step, by its name
 * @property {() => Promise<void>} close
 */

const CASE = /synthflow\/case\/[\w-]+/;
const SESSIONS = /synthflow\/session\/[\w-]+/g;
const MODE = /\bM-[0-9a-z]{6,10}\b/;
const FAILURES = /\bF-[0-9a-z]{10}\b/g;

/** Walks the script, and says what of it worked and in which forms the client shows answers. */
export async function walk(connect, { tools: expected, book }) {
  const seen = { steps: {}, shows: '' };
  let driver;
  const step = async (name, able, run) => {
    const outcome = able ? run().then(() => 'works') : Promise.resolve('absent');
    seen.steps[name] = await outcome.catch((error) => `fails: ${error.message}`);
    if (!able && driver.lacks?.[name] === false) seen.steps[name] = 'fails: the client has a way to do it by now';
  };
  const ask = async (tool, args) => {
    const answer = await driver.call(tool, args);
    return { ...answer, whole: `${answer.text ?? ''}\n${JSON.stringify(answer.data ?? {})}` };
  };
  const called = async (tool, args) => {
    const answer = await ask(tool, args);
    assert.ok(!answer.isError, `${tool}: ${answer.whole}`);
    return answer;
  };

  await step('connect', true, async () => {
    driver = await connect();
  });
  if (driver === undefined) return seen;
  try {
    await step('list tools', true, async () => {
      assert.deepEqual((await driver.tools()).sort(), [...expected].sort());
    });
    await step('page a list', true, async () => {
      const first = await called('list_sessions', { limit: 2 });
      seen.shows = shown(first);
      const second = await called('list_sessions', { limit: 2, cursor: cursorOf(first) });
      const refs = [refsIn(first), refsIn(second)];
      assert.deepEqual(
        refs.map(({ size }) => size),
        [2, 2],
      );
      assert.equal(new Set(refs.flatMap((set) => [...set])).size, 4, 'the second page repeats the first');
    });
    await step('read a resource', driver.read, async () => {
      assert.match(await driver.read('simulation://guide'), /get_failure_clusters/);
    });
    await step('get a prompt', driver.prompt, async () => {
      const session = 'synthflow/session/1';
      assert.ok((await driver.prompt('fix_agent', { session })).includes(session), 'the argument is not in the prompt');
    });

    const [test] =
      CASE.exec((await called('list_tests', { provider: 'synthflow', kind: 'case', limit: 1 })).whole) ?? [];
    assert.ok(test, 'the sandbox lists no case');
    // Before there are newer ones, with fewer failures.
    const [session] = refsIn(await called('list_sessions', { provider: 'synthflow', limit: 1 }));
    const started = [];
    const start = async (key, more = {}) => called('start_simulation', { test, key, ...more });
    await step('a person says yes', driver.person, async () => {
      driver.person.answer = 'accept';
      const answer = await start('yes');
      assert.equal(driver.person.asked, 1, 'nobody was asked');
      started.push(sessionOf(answer));
    });
    await step('a person says no', driver.person, async () => {
      driver.person.answer = 'decline';
      const { whole } = await ask('start_simulation', { test, key: 'no' });
      assert.equal(driver.person.asked, 2, 'nobody was asked');
      assert.match(whole, /nothing was sent/i);
      assert.doesNotMatch(whole, SESSIONS);
    });
    await step('confirm with the token', !driver.person, async () => {
      started.push(sessionOf(await withToken(start, 'token')));
    });
    await step('compare two pools', true, async () => {
      if (driver.person) driver.person.answer = 'accept';
      for (const key of ['pool-1', 'pool-2', 'pool-3'])
        started.push(sessionOf(driver.person ? await start(key) : await withToken(start, key)));
      const [a, b, c, d] = started;
      // All are as long, and this one began last.
      assert.match((await called('wait_for_session', { session: d, timeout_seconds: 25 })).whole, /completed/);
      const { whole } = await called('compare_sessions', { before: `${a},${b}`, after: `${c},${d}` });
      assert.match(whole, /\b2 paired runs/);
    });
    let mode = '';
    await step('keep failure modes', true, async () => {
      const [first, second, third] = new Set((await called('list_failures', { session })).whole.match(FAILURES));
      const read = [{ title: 'Asks again', definition: 'What was said already.', failures: [first, second] }];
      const saved = await called('save_failure_modes', { session, modes: read, singles: [third] });
      [mode = ''] = MODE.exec(saved.whole) ?? [];
      assert.ok(mode, `no mode was made: ${saved.whole.slice(0, 300)}`);
      const [test] = (await called('get_session', { session })).whole.match(/synthflow\/suite\/[\w-]+/) ?? [];
      for (const [tool, args] of [
        ['list_runs', { session, mode }],
        ['get_failure_clusters', { session }],
        ['compare_sessions', { before: session, after: started.at(-1) }],
        ['get_trend', { test }],
      ])
        assert.ok((await called(tool, args)).whole.includes(mode), `${tool} does not speak of ${mode}`);
    });
    await step("a person's words need a yes", true, async () => {
      writeFileSync(book, readFileSync(book, 'utf8').replace('Asks again', 'Asks twice'));
      const change = () => ask('save_failure_modes', { session, modes: [{ id: mode, title: 'Asks thrice' }] });
      const asked = driver.person?.asked;
      for (const answer of ['decline', 'cancel']) {
        if (driver.person) driver.person.answer = answer;
        assert.match((await change()).whole, /Nothing was saved/);
        assert.ok(readFileSync(book, 'utf8').includes('Asks twice'), 'it was saved without a yes');
      }
      if (!driver.person) return;
      driver.person.answer = 'accept';
      await change();
      assert.equal(driver.person.asked, asked + 3, 'nobody was asked');
      assert.ok(readFileSync(book, 'utf8').includes('Asks thrice'), 'it was not saved with a yes');
    });
  } finally {
    await driver.close();
  }
  return seen;
}

function shown({ text, data }) {
  if (text && data) return 'text and structured';
  return data ? 'structured' : 'text';
}

/** From whichever form the client shows. */
function cursorOf({ data, text }) {
  const cursor = data?.next_cursor ?? /\bcursor[ =]"?([\w-]{8,})/.exec(text ?? '')?.[1];
  assert.ok(cursor, 'there is no cursor');
  return cursor;
}

/** What an answer lists stands in its fence; next steps behind it may name several sessions as one. */
function fenced(text) {
  return text.slice(text.indexOf('<<<'), text.lastIndexOf('>>>'));
}

function refsIn({ data, text }) {
  return new Set(data ? data.sessions.map(({ ref }) => ref) : fenced(text).match(/\b\w+\/session\/[^\s·]+/g));
}

function sessionOf({ whole }) {
  const [session] = whole.match(SESSIONS) ?? [];
  assert.ok(session, `nothing was started: ${whole.slice(0, 300)}`);
  return session;
}

async function withToken(start, key) {
  const { data, text } = await start(key);
  const confirm = data?.confirm ?? /^confirm=(\S+)/m.exec(text ?? '')?.[1];
  assert.ok(confirm, 'there is no token');
  return start(key, { confirm });
}
