// Goal: what looks like a secret is left out of every text, and ordinary code is left as it is.
// Method: planted secrets of each kind, near misses, keys over many lines, and lines of megabytes.
import { expect, test } from 'vitest';
import { redact } from 'nova-agents/tools';
import { seal, withoutSecrets } from '../../src/tools/secrets.ts';
import { PRIVATE_KEY, SECRETS } from '../fixtures/repository.ts';

const letters = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY'.repeat(2);
const token = (prefix: string, count: number) => `${prefix}${letters.slice(0, count)}`;

test.each([
  ['aws-access-key', `id: ${SECRETS.aws}`, SECRETS.aws],
  ['github-token', `"${SECRETS.github}"`, SECRETS.github],
  ['gitlab-token', token('glpat-', 20), letters.slice(0, 20)],
  ['slack-token', token('xoxb-', 24), letters.slice(0, 24)],
  ['stripe-key', token('sk_live_', 24), letters.slice(0, 24)],
  ['model-key', token('sk-proj-', 40), letters.slice(0, 40)],
  ['google-key', token('AIza', 35), letters.slice(0, 35)],
  ['npm-token', token('//registry.example.org/:_authToken=npm_', 36), letters.slice(0, 36)],
  [
    'json-web-token',
    `Bearer ${token('eyJ', 20)}.${token('eyJ', 20)}.${token('', 20)}`,
    letters.slice(0, 20),
  ],
  [
    'address-password',
    ['postgres://admin:', 's3cr3t-w0rd@db.example.org/x'].join(''),
    's3cr3t-w0rd',
  ],
  ['password', `const apiKey = '${SECRETS.password}';`, SECRETS.password],
  ['password', `  "client_secret": "${SECRETS.password}",`, SECRETS.password],
  ['password', `DB_PASSWORD=${SECRETS.password}`, SECRETS.password],
  ['password', `password: ${SECRETS.password}`, SECRETS.password],
])('finds a %s in %s', (kind, line, secret) => {
  const { lines, found } = withoutSecrets(['before', line]);
  expect(found).toMatchObject([{ index: 1, kind }]);
  expect(lines[1]).toContain(`[redacted ${kind}]`);
  expect(lines[1]).not.toContain(secret);
});

test.each([
  'const token = readToken(file);',
  'password: string;',
  'apiKey: process.env.API_KEY,',
  "password: '${PASSWORD}',",
  "const secretName = 'the name of it';",
  'token: context.tokens.first.value,',
  "secret: 'your-secret-here',",
  "password = 'xxxxxxxxxxxx'",
  'https://example.org:8080/a@b',
  '"integrity": "sha512-abc"',
  'task-list-of-many-words-in-a-row',
  "import { token } from './token-12345678.ts';",
])('leaves %s as it is', (line) => {
  expect(redact(line)).toBe(line);
});

test('a key is left out from its first to its last line, or to the end', () => {
  const lines = ['a', ...PRIVATE_KEY.trim().split('\n'), 'b'];
  const { found, lines: clean } = withoutSecrets(lines);
  expect(found).toMatchObject([{ index: 1, kind: 'private-key' }]);
  expect(clean).toEqual(['a', ...Array.from({ length: 4 }, () => '[redacted private-key]'), 'b']);
  expect(withoutSecrets(lines.slice(0, 3)).found).toHaveLength(1);
  expect(redact(letters.slice(0, 64))).toBe('[redacted encoded-line]');
});

test('what was redacted is not redacted again', () => {
  const once = redact(`password = "${SECRETS.password}"\n${PRIVATE_KEY}${SECRETS.aws}`);
  expect(redact(once)).toBe(once);
});

test.each(['a', 'token', 'aA1', 'http://', 'password=', 'sk-', 'eyJ.', ' ', 'x:', '-----BEGIN '])(
  'a line of 2 MB of %j is read in time',
  (part) => {
    const line = part.repeat(2_000_000 / part.length);
    expect(typeof redact(line)).toBe('string');
  },
);

test('a seal is the same for one secret in one scope, and tells nothing else', () => {
  expect(seal('a', 's')).toBe(seal('a', 's'));
  expect(new Set([seal('a', 's'), seal('b', 's'), seal('a', 't')]).size).toBe(3);
  expect(seal('a', 's')).toMatch(/^[0-9a-f]{12}$/);
});
