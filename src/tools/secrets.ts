import { scryptSync } from 'node:crypto';

/** One kind of secret: how it looks, and which group of the match is the secret itself. */
interface Rule {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly group: number;
}

const NAMED =
  'passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential';

// Every repetition before a fixed word is bounded, so that a line of megabytes is read in linear time.
const RULES: readonly Rule[] = [
  { kind: 'aws-access-key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, group: 0 },
  { kind: 'github-token', pattern: /\bgh[pousr]_[A-Za-z0-9]{30,255}/g, group: 0 },
  { kind: 'github-token', pattern: /\bgithub_pat_\w{22,255}/g, group: 0 },
  { kind: 'gitlab-token', pattern: /\bglpat-[\w-]{20,255}/g, group: 0 },
  { kind: 'slack-token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,255}/g, group: 0 },
  { kind: 'slack-webhook', pattern: /\bhooks\.slack\.com\/services\/([\w/]{20,255})/g, group: 1 },
  { kind: 'stripe-key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g, group: 0 },
  { kind: 'model-key', pattern: /\bsk-(?:ant-|proj-)?[\w-]{20,255}/g, group: 0 },
  { kind: 'google-key', pattern: /\bAIza[\w-]{35}/g, group: 0 },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}/g, group: 0 },
  { kind: 'json-web-token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, group: 0 },
  {
    kind: 'address-password',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{0,128}:([^\s@/'"]{3,255})@/gi,
    group: 1,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?:${NAMED})\\w{0,40}["']?\\s{0,8}(?::|=|=>|:=)\\s{0,8}(["'\`])((?:(?!\\1).){8,512})\\1`,
      'gi',
    ),
    group: 2,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?:${NAMED})[A-Z0-9_]{0,40}["']?\\s{0,8}[:=]\\s{0,8}([^\\s"'\`#,;(){}<>$[\\]]{12,512})(?=\\s|$)`,
      'gi',
    ),
    group: 1,
  },
];

const KEY_BEGINS = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_ENDS = /-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
// A whole line of base64 may be the middle of a key whose first line did not change.
const ENCODED_LINE = /^\s*[A-Za-z0-9+/]{60,80}={0,2}\s*$/;
const PLACEHOLDER =
  /^(?:\$\{|\{\{|%\w|<)|process\.env|import\.meta|example|placeholder|change.?me|dummy|your[-_ ]|^(.)\1+$|^\[redacted/i;
const SPOKEN = /\s\S+\s/;

/** A secret in a line, by index; `secret` must not leave this room. */
export interface Found {
  readonly index: number;
  readonly kind: string;
  readonly secret: string;
}

/** Code such as `token: readToken.value` has words and dots where a secret has digits. */
const looksLikeCode = (value: string) =>
  /^[A-Za-z_.?!]+$/.test(value) && !/[a-z][A-Z]{2}/.test(value);

function isSecret(rule: Rule, value: string): boolean {
  if (PLACEHOLDER.test(value)) return false;
  if (rule.kind !== 'password') return true;
  if (rule.group === 1) return /\d/.test(value) && !looksLikeCode(value);
  return !SPOKEN.test(value);
}

function redactLine(line: string, index: number, found: Found[]): string {
  let text = line;
  for (const rule of RULES)
    text = text.replace(rule.pattern, (match: string, ...groups: unknown[]) => {
      const secret = rule.group === 0 ? match : String(groups[rule.group - 1]);
      if (!isSecret(rule, secret)) return match;
      found.push({ index, kind: rule.kind, secret });
      return match.replace(secret, () => `[redacted ${rule.kind}]`);
    });
  return ENCODED_LINE.test(text) ? '[redacted encoded-line]' : text;
}

/** Finds secrets in lines that stand together and returns the lines without them. */
export function withoutSecrets(lines: readonly string[]): {
  readonly lines: string[];
  readonly found: readonly Found[];
} {
  const found: Found[] = [];
  let key: { index: number; body: string[] } | undefined;
  const redacted = lines.map((line, index) => {
    if (key === undefined && KEY_BEGINS.test(line)) key = { index, body: [] };
    if (key === undefined) return redactLine(line, index, found);
    key.body.push(line);
    if (KEY_ENDS.test(line) || index === lines.length - 1) {
      found.push({ index: key.index, kind: 'private-key', secret: key.body.join('\n') });
      key = undefined;
    }
    return '[redacted private-key]';
  });
  return { lines: redacted, found };
}

/** Returns a text without the secrets that this package can recognise. */
export const redact = (text: string): string => withoutSecrets(text.split('\n')).lines.join('\n');

const SEAL_BYTES = 6;
const SEAL_COST = 1024;

/**
 * Seals a secret so that two places with the same one can be told, and the secret cannot.
 * Slow and short on purpose: a weak password must not be found by trying words; costs about 3 ms.
 */
export const seal = (secret: string, scope: string): string =>
  scryptSync(secret, `nova/secret/${scope}`, SEAL_BYTES, { N: SEAL_COST }).toString('hex');
