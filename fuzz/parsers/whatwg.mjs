// SPDX-License-Identifier: Apache-2.0
// Node's URL and URLSearchParams: the WHATWG URL Standard, as browsers read URLs. It speaks the
// protocol of docs/plugins.md. The Standard knows no absent user or password, only empty ones: what
// is empty is not said.
import { createInterface } from 'node:readline';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const say = (object) => process.stdout.write(JSON.stringify(object) + '\n');
const bytes = (text) => Buffer.from(text, 'utf8').toString('latin1');

function url(text) {
  if (!URL.canParse(text)) return null;
  const parsed = new URL(text);
  const [beforeFragment, ...fragment] = parsed.href.split('#');
  const fields = [['scheme', 'raw', parsed.protocol.slice(0, -1)], ['path', 'raw', parsed.pathname]];
  const hasAuthority = beforeFragment.startsWith(parsed.protocol + '//');
  if (hasAuthority) fields.push(['host', 'raw', parsed.hostname]);
  if (parsed.username !== '') fields.push(['user', 'raw', parsed.username]);
  if (parsed.password !== '') {
    if (parsed.username === '') fields.push(['user', 'raw', '']);
    fields.push(['password', 'raw', parsed.password]);
  }
  if (parsed.port !== '') fields.push(['port', 'raw', parsed.port]);
  if (beforeFragment.includes('?')) fields.push(['query', 'raw', parsed.search.slice(1)]);
  if (fragment.length > 0) fields.push(['fragment', 'raw', parsed.hash.slice(1)]);
  return fields;
}

function query(text) {
  const fields = [];
  for (const [name, value] of new URLSearchParams('?' + text)) {  // one `?` is dropped
    fields.push(['name', 'decoded', name], ['value', 'decoded', value]);
  }
  return fields;
}

const grammars = { url, query };

function answer({ id, grammar, input }) {
  let text;
  try {
    text = utf8.decode(Buffer.from(input, 'latin1'));
  } catch {
    return { id, verdict: 'abstain' };  // the Standard parses characters
  }
  const fields = grammars[grammar](text);
  if (fields === null) return { id, verdict: 'reject' };
  for (const field of fields) field[2] = bytes(field[2]);
  return { id, verdict: 'accept', fields };
}

say({ keyward_parser: 1, name: 'whatwg', version: `node ${process.versions.node}`,
      grammars: Object.keys(grammars) });
for await (const line of createInterface({ input: process.stdin })) say(answer(JSON.parse(line)));
