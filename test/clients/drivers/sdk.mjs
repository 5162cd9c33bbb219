/** What clients on an official SDK have in common: its `Client` of either version. */

/** Without `person`: what a client that only wraps this one can be asked. */
export function fromSdk(client) {
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => fromResult(await client.callTool({ name, arguments: args })),
    read: async (uri) => (await client.readResource({ uri })).contents.map(({ text }) => text).join('\n'),
    prompt: async (name, args) =>
      (await client.getPrompt({ name, arguments: args })).messages.map(({ content }) => content.text).join('\n'),
    close: () => client.close(),
  };
}

/** A result of `tools/call` as the protocol has it. */
export function fromResult({ content = [], structuredContent, isError }) {
  return { text: content.map(({ text }) => text ?? '').join('\n'), data: structuredContent, isError };
}

/** A person's answer to a question of the server, as an elicitation result. */
export function elicited(person) {
  person.asked += 1;
  return person.answer === 'accept' ? { action: 'accept', content: { proceed: true } } : { action: person.answer };
}
