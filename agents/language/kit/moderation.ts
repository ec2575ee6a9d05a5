import { redact } from 'nova-agents/tools';
import type { Looked } from '../../positions.ts';
import { faultIn, gapIn, lookedAt } from './post.ts';

/** Why a comment is held for a person. */
export const REASONS = [
  'empty',
  'long',
  'link',
  'shouting',
  'repeated',
  'personal-data',
  'insult',
  'injection',
  'hidden',
] as const;

export interface Reason {
  readonly kind: (typeof REASONS)[number];
  /** What was seen; personal data is masked. */
  readonly what: string;
}

/** Signs that nobody sees: they hide words from readers and from word lists. */
const HIDDEN = /\p{Cf}|[\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;
/** A joiner between pictures makes one of several, and one in a word of some scripts shapes its letters: those are seen. */
const JOINED =
  /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?\u200d(?=\p{Extended_Pictographic})|(?<=[\p{sc=Arab}\p{sc=Deva}\p{sc=Beng}])\p{M}*[\u200c\u200d]/gu;

/** Letters of other alphabets, and digits and signs, that pass for Latin ones. */
const LOOKS_LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    a: 'аα@4',
    b: 'ьβ',
    c: 'сϲ',
    e: 'еε3€',
    h: 'һн',
    i: 'іι1!|',
    k: 'кκ',
    m: 'м',
    n: 'η',
    o: 'оο0',
    p: 'рρ',
    s: 'ѕ$5',
    t: 'тτ7',
    u: 'υ',
    v: 'ν',
    x: 'хχ',
    y: 'уγ',
  }).flatMap(([latin, others]) => Array.from(others).map((other) => [other, latin])),
);

/** A word as it is read: without accents, look-alikes as what they look like, three of a letter as one. */
const asRead = (word: string): string =>
  Array.from(word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase())
    .map((sign) => LOOKS_LIKE[sign] ?? sign)
    .join('')
    .replace(/(.)\1{2,}/gu, '$1');

/** Whole words only, so that Scunthorpe, Penistone, a cockpit and a class of assassins pass. */
const INSULTS = new RegExp(
  `^(?:${[
    'arse(?:hole)?s?',
    'ass(?:hole|hat)(?:s|es)?',
    'bastards?',
    'bitch(?:es)?',
    'cretins?',
    'cunts?',
    'dickheads?',
    'dumbass(?:es)?',
    'fuck(?:s|er|ers|ed|ing|wit)?',
    'idiots?',
    'imbeciles?',
    'morons?',
    'motherfuckers?',
    'scumbags?',
    'sluts?',
    'twats?',
    'wankers?',
    'whores?',
    'arschl(?:o|oe)ch(?:er)?',
    'hurensohn',
    'vollidiot(?:en)?',
    'wichser',
  ].join('|')})$`,
);
const TOKEN = /[\p{L}\p{N}\p{M}@$€!|]+/gu;
/** "f u c k" and "f.u.c.k" are one word. */
const SPREAD = /(?<![\p{L}\p{N}])(?:\p{L}[ .*_-]){3,30}\p{L}(?![\p{L}\p{N}])/gu;

function insultsIn(text: string): Reason[] {
  const spread = (text.match(SPREAD) ?? []).map((word) => word.replace(/[^\p{L}]/gu, ''));
  const words = [
    ...(text.match(TOKEN) ?? []).flatMap((word) => [word, word.replace(/[!|]+$/, '')]),
    ...spread,
  ];
  const found = words.filter((word) => INSULTS.test(asRead(word)));
  return found.length === 0
    ? []
    : [
        {
          kind: 'insult',
          what: `words of the list of insults: ${new Set(found.map(asRead)).size}`,
        },
      ];
}

const MAIL =
  /(?<![\p{L}\p{N}._%+-])([\p{L}\p{N}])[\p{L}\p{N}._%+-]{0,63}(?:@|\s?[[(]at[\])]\s?)((?:[\p{L}\p{N}-]{1,63}(?:\.|\s?[[(]dot[\])]\s?)){1,5}\p{L}{2,24})(?!\p{L})/giu;
const PHONE =
  /(?<![\p{L}\p{N}.,:/#-])(?:\+|00)?\(?\d{1,4}\)?(?:[ ./()-]{0,3}\d{1,4}){2,6}(?![\p{N}]|[.,:-]\d|\s?(?:€|%|\$|£|EUR|USD|GBP|kg|km|px|ms|MB|GB)\b)/gu;
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:[ T]\d{1,2})?$/;
const MIN_PHONE_DIGITS = 8;
const MAX_PHONE_DIGITS = 15;
const CARD = /(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Whether the check digit of a card number is right (Luhn). */
function isCard(number: string): boolean {
  const sum = Array.from(digitsOf(number))
    .toReversed()
    .reduce((total, digit, index) => {
      const double = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (double > 9 ? double - 9 : double);
    }, 0);
  return sum % 10 === 0;
}

/** Whether a run of digits is a telephone number and no date, year, price or long count. */
function isPhone(number: string): boolean {
  const { length } = digitsOf(number);
  const isWritten = /^(?:\+|00?|\()/.test(number) || /\d[ ./()-]+\d/.test(number);
  return (
    isWritten &&
    length >= MIN_PHONE_DIGITS &&
    length <= MAX_PHONE_DIGITS &&
    !DATE.test(number.trim())
  );
}

function personalDataIn(text: string): Reason[] {
  const cards: string[] = [];
  const accounts: string[] = [];
  const taken = (into: string[]) => (number: string) => (into.push(number), ' ');
  const rest = text
    .replace(CARD, (number) => (isCard(number) ? taken(cards)(number) : number))
    .replace(IBAN, taken(accounts));
  const phones = (rest.match(PHONE) ?? []).filter(isPhone);
  const ends = (kind: string, numbers: readonly string[]) =>
    numbers.map((number) => `${kind} ending in ${number.replace(/[^\dA-Z]/g, '').slice(-2)}`);
  const mails = [...rest.matchAll(MAIL)].map(
    ([, first, domain = '']) => `mail address ${first}…@….${domain.slice(-2)}`,
  );
  const all = [
    ...mails,
    ...ends('telephone number', phones),
    ...ends('card number', cards),
    ...ends('account', accounts),
  ];
  return [...new Set(all)].map((what) => ({ kind: 'personal-data', what }));
}

const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"')\]]+|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|info|biz|ru|cn|xyz|top|shop|online|site|click|link|io|co|me)(?:\/\S*)?(?![\p{L}\p{N}@])/giu;

/** Orders to whoever reads by machine. No list is whole; what it finds is never obeyed here either. */
const INJECTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}\b(?:previous|prior|above|earlier|all|any|your|system)\b[^.!?\n]{0,30}\b(?:instructions?|prompts?|rules|orders|guidelines|directions|context)\b/i,
    'an order to ignore instructions',
  ],
  [
    /(?:ignoriere|vergiss|missachte)\b[^.!?\n]{0,40}\b(?:anweisungen|regeln|befehle|vorgaben)/i,
    'an order to ignore instructions',
  ],
  [
    /^[ \t]{0,20}(?:system|assistant|developer)\s*:|<\/?(?:system|assistant|instructions?|tool_call)\b[^>\n]{0,100}>|<\|[a-z_]{1,40}\|>|\[\/?(?:INST|SYS)\]|<<\/?SYS>>/im,
    'a part that is not the writer’s',
  ],
  [
    /\byou are (?:now|no longer)\b[^.!?\n]{0,60}\b(?:assistant|ai|bot|model|moderator|mode|admin|dan)\b|\b(?:developer|jailbreak|god) mode\b/i,
    'a new part for the reader',
  ],
  [
    /\b(?:reveal|print|show|repeat|leak|output)\b[^.!?\n]{0,30}\b(?:system prompt|your (?:instructions|prompt|rules))\b/i,
    'a question for the prompt',
  ],
  [
    /\b(?:approve|publish|accept|pass)\b[^.!?\n]{0,30}\b(?:this comment|without (?:review|moderation)|automatically)\b/i,
    'an order to publish it',
  ],
];

const MIN_SHOUTED_LETTERS = 12;
const SHOUTED_SHARE = 0.7;
const REPEATED_SIGN = /([^\s\d.\-=_*~#])\1{4,}|([!?.])\2{4,}/u;
const REPEATED_WORD = /(?<![\p{L}\p{N}])(\p{L}{1,30})(?:[\s,.!]{1,5}\1){3,}(?![\p{L}\p{N}])/iu;

/** A comment that is longer is no comment; only so much of it is looked at. */
export const MAX_COMMENT_CHARS = 20_000;

/** All that speaks for holding a comment; empty where it may pass. */
export function reasonsToHold(comment: string): Reason[] {
  const isLong = comment.length > MAX_COMMENT_CHARS;
  const seen = comment.slice(0, MAX_COMMENT_CHARS).replace(JOINED, 'x');
  const hidden = seen.match(HIDDEN)?.length ?? 0;
  const text = seen.replace(HIDDEN, '').normalize('NFKC');
  const rest = text.replace(MAIL, ' ');
  const links = new Set(rest.match(ADDRESS)).size;
  const letters = text.replace(ADDRESS, ' ').match(/\p{Lu}|\p{Ll}/gu) ?? [];
  const shouted = letters.filter((letter) => /\p{Lu}/u.test(letter)).length;
  const isShouted =
    letters.length >= MIN_SHOUTED_LETTERS && shouted > letters.length * SHOUTED_SHARE;
  const plain = text.replace(ADDRESS, ' ');
  return [
    ...(text.trim() === '' ? [{ kind: 'empty', what: 'no words' } as const] : []),
    ...(isLong ? [{ kind: 'long', what: `characters: ${comment.length}` } as const] : []),
    ...(links > 0 ? [{ kind: 'link', what: `addresses: ${links}` } as const] : []),
    ...(isShouted
      ? [{ kind: 'shouting', what: `capital letters: ${shouted} of ${letters.length}` } as const]
      : []),
    ...(REPEATED_SIGN.test(plain) || REPEATED_WORD.test(plain)
      ? [{ kind: 'repeated', what: 'a sign or a word again and again' } as const]
      : []),
    ...personalDataIn(text),
    ...insultsIn(text),
    ...[
      ...new Set(INJECTIONS.flatMap(([pattern, what]) => (pattern.test(text) ? [what] : []))),
    ].map((what) => ({ kind: 'injection', what }) as const),
    ...(hidden > 0
      ? [{ kind: 'hidden', what: `signs that cannot be seen: ${hidden}` } as const]
      : []),
  ];
}

/** What speaks against a post too, which may be long, have links and say things twice. */
const IMPROPER: ReadonlySet<Reason['kind']> = new Set([
  'personal-data',
  'insult',
  'injection',
  'hidden',
]);

/** What may not be said in public, by line; the words themselves are not repeated. */
export function improprietiesIn(page: string): Looked {
  const clean = redact(page).split('\n');
  const lines = page.split('\n').map((text, at) => ({ text, line: at + 1, clean: clean[at] }));
  const faults = lines.flatMap(({ text, line, clean: left }) => [
    ...(text === left ? [] : [faultIn(line, 'secret', 'it holds what looks like a secret')]),
    ...reasonsToHold(text)
      .filter(({ kind }) => IMPROPER.has(kind))
      .map(({ kind, what }) => faultIn(line, kind, what)),
  ]);
  const gaps = lines
    .filter(({ text }) => text.length > MAX_COMMENT_CHARS)
    .map(({ line }) => gapIn(line, 'the line is too long to be judged'));
  return lookedAt(page, 'lines moderated', faults, gaps);
}

/** Where a comment begins in a request: at its first block, quotation, or colon. */
const BEGINS = /```[^\n`]*\n|["“«]|:\s+(?=\S)/u;
const OPENING = /^[\s"“«`]+/u;
const CLOSING = /[\s"”»`]/u;

/**
 * The comment of a request, and all that comes after its beginning: whoever writes a comment may write quotations and colons as well, and
 * nothing of it must pass unseen. Undefined where there is none.
 */
export function commentIn(request: string): string | undefined {
  const begin = BEGINS.exec(request);
  if (begin === null) return undefined;
  const comment = request.slice(begin.index + begin[0].length).replace(OPENING, '');
  let end = comment.length;
  while (end > 0 && CLOSING.test(comment[end - 1] ?? '')) end -= 1;
  return end === 0 ? undefined : comment.slice(0, end);
}
