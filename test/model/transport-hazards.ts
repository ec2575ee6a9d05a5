// What goes wrong on the way of an answer: its connection, its length, its type, its form.
import { gzipSync } from 'node:zlib';
import { said } from './loopback.ts';
import {
  bodyOf,
  whole,
  body,
  half,
  raw,
  stream,
  inStreams,
  TEN_MB,
  forEver,
  good,
  GOOD,
  type Hazard,
} from './hazard.ts';
import { answered, chunked, head } from './hostile.ts';
import { event } from './ways.ts';

export const transportHazards: readonly Hazard[] = [
  { name: 'nothing at all', comes: GOOD, made: 1, behave: whole(good) },
  { name: 'it hangs before its headers', comes: 'hung', made: 3, behave: raw(() => true) },
  {
    name: 'it hangs in its body',
    comes: 'hung',
    made: 3,
    behave: (way) => chunked([half(way)], { type: way.type }, 'hang'),
  },
  {
    name: 'it drips for ever',
    comes: 'hung',
    made: 3,
    behave: raw((socket, { type, isStream }) => {
      socket.write(head({ type }));
      return forEver(socket, isStream ? ': ping\n\n' : ' ');
    }),
  },
  {
    name: 'it drips headers for ever',
    comes: 'unavailable',
    made: 3,
    behave: raw((socket) => {
      socket.write('HTTP/1.1 200 X\r\n');
      forEver(socket, `x-${'y'.repeat(1_000)}: z\r\n`);
    }),
  },
  {
    name: 'it says 103 for ever',
    comes: 'hung',
    made: 3,
    behave: raw((socket) => forEver(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')),
  },
  {
    name: 'it says 102 and 103 first',
    comes: GOOD,
    made: 1,
    behave: (way) => (socket) => {
      socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
      return whole(good)(way)(socket, 1);
    },
  },
  {
    name: 'it closes without a word',
    comes: 'unavailable',
    made: 3,
    behave: raw((socket) => void socket.end()),
  },
  {
    name: 'it resets',
    comes: 'unavailable',
    made: 3,
    behave: raw((socket) => void socket.resetAndDestroy()),
  },
  {
    name: 'it resets in its body',
    comes: 'cut',
    made: 3,
    behave: (way) => (socket) => {
      socket.write(
        head({
          type: way.type,
          headers: { 'transfer-encoding': 'chunked', connection: 'keep-alive' },
        }),
      );
      const bytes = half(way);
      socket.write(`${bytes.byteLength.toString(16)}\r\n`);
      socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
    },
  },
  {
    name: 'it is cut',
    comes: 'cut',
    made: 3,
    behave: (way) => chunked([half(way)], { type: way.type }, 'cut'),
  },
  {
    name: 'it is cut before the length that it told',
    comes: 'cut',
    made: 3,
    behave: (way) =>
      body(half, { headers: { 'content-length': String(half(way).byteLength + 60) } })(way),
  },
  {
    name: 'it ends cleanly without a finish',
    comes: 'cut',
    made: 3,
    behave: whole({ ...good, finish: 'none' }),
  },
  { name: 'text/plain', comes: 'garbled', made: 1, behave: whole(good, { type: 'text/plain' }) },
  {
    name: 'another answer right after it',
    comes: GOOD,
    made: 1,
    behave: (way) => (socket) => {
      const text = Buffer.from(bodyOf(way));
      const other = Buffer.from(bodyOf(way, { text: said('done', { text: 'another' }) }));
      const headOf = ({ byteLength }: Buffer) =>
        head({
          type: way.type,
          headers: { 'content-length': `${byteLength}`, connection: 'keep-alive' },
        });
      socket.write(Buffer.concat([text, other].flatMap((one) => [Buffer.from(headOf(one)), one])));
    },
  },
  {
    name: 'an HTML page',
    comes: 'garbled',
    made: 1,
    behave: body(() => '<html>Sign in', { type: 'text/html' }),
  },
  {
    name: 'an HTML page with 502',
    comes: 'unavailable',
    made: 3,
    behave: body(() => '<html>Bad gateway', { type: 'text/html', status: 502 }),
  },
  {
    name: 'an empty body',
    comes: 'garbled',
    made: 1,
    behave: body(() => ''),
    where: { isStream: false },
  },
  { name: 'an empty body', comes: 'cut', made: 3, behave: body(() => ''), where: inStreams },
  {
    name: '204',
    comes: 'garbled',
    made: 1,
    behave: raw((socket) => void socket.end('HTTP/1.1 204 X\r\n\r\n')),
  },
  {
    name: 'malformed JSON',
    comes: 'garbled',
    made: 1,
    behave: body(({ isStream }) => (isStream ? 'data: {"id":\n\n' : '{"id":')),
  },
  {
    name: 'words after its JSON',
    comes: 'garbled',
    made: 1,
    behave: body((way) =>
      way.isStream ? 'data: {"id":"c1","choices":[]} yes\n\n' : `${bodyOf(way)} yes`,
    ),
  },
  {
    name: 'another schema',
    comes: 'garbled',
    made: 1,
    behave: body(({ isStream }) => (isStream ? event({ hello: 1 }) : '{"hello":1}')),
  },
  {
    name: 'null',
    comes: 'garbled',
    made: 1,
    behave: body(({ isStream }) => (isStream ? 'data: null\n\n' : 'null')),
  },
  {
    name: 'fields missing',
    comes: 'garbled',
    made: 1,
    behave: body(({ api, isStream }) => {
      if (api === 'chat')
        return isStream ? event({ choices: [{ delta: { content: 7 } }] }) : '{"choices":[{}]}';
      const response = { id: 'r1', status: 'completed' };
      return isStream ? event({ type: 'response.completed', response }) : JSON.stringify(response);
    }),
  },
  {
    name: '10 MB',
    comes: 'garbled',
    made: 1,
    behave: body(({ isStream }) => `${isStream ? 'data: ' : ''}{"text":"${'x'.repeat(TEN_MB)}"}`),
  },
  {
    name: '10 MB with 500',
    comes: 'unavailable',
    made: 3,
    behave: () => answered('x'.repeat(TEN_MB), { status: 500, type: 'text/plain' }),
    where: { isStream: false },
  },
  {
    name: '10 MB packed to 10 kB',
    comes: 'garbled',
    made: 1,
    behave: body(() => gzipSync(' '.repeat(TEN_MB)), { headers: { 'content-encoding': 'gzip' } }),
  },
  {
    name: 'packed nothing for ever',
    comes: 'garbled',
    made: 1,
    behave: raw((socket, { type }) => {
      socket.write(head({ type, headers: { 'content-encoding': 'gzip' } }));
      forEver(socket, gzipSync(''));
    }),
  },
  {
    name: 'a line of 3 MB',
    comes: `done ${JSON.stringify({ text: 'x'.repeat(3_000_000) })}`,
    made: 1,
    behave: (way) => whole({ text: said('done', { text: 'x'.repeat(3_000_000) }) })(way),
    where: { isStream: false },
  },
  {
    name: 'a line of 3 MB',
    comes: GOOD,
    made: 1,
    behave: stream((pieces) => [`: ${'x'.repeat(3_000_000)}\n`, ...pieces]),
    where: inStreams,
  },
];
