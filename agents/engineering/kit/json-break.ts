const TEXT = String.raw`"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const TOKEN = new RegExp(`[{}[\\],:]|${TEXT}|${NUMBER}|true|false|null`, 'uy');
const SPACE = /[ \t\r\n]*/y;

type Wanted = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'more-or-end';

/** What may follow a token, or undefined where the token itself may not stand there. */
function follow(wanted: Wanted, token: string, open: string[]): Wanted | undefined {
  const isText = token.startsWith('"');
  switch (wanted) {
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'key':
    case 'key-or-end':
      if (isText) return 'colon';
      return token === '}' && wanted === 'key-or-end' ? close(token, open) : undefined;
    case 'more-or-end':
      if (token === ',') return open.at(-1) === '{' ? 'key' : open.length > 0 ? 'value' : undefined;
      return close(token, open);
    case 'value':
    case 'value-or-end':
      if (token === ']' && wanted === 'value-or-end') return close(token, open);
      if (token === '{' || token === '[') {
        open.push(token);
        return token === '{' ? 'key-or-end' : 'value-or-end';
      }
      return isText || /^[-\dtfn]/.test(token) ? 'more-or-end' : undefined;
  }
}

function close(token: string, open: string[]): Wanted | undefined {
  const opening = token === '}' ? '{' : token === ']' ? '[' : undefined;
  return opening !== undefined && open.pop() === opening ? 'more-or-end' : undefined;
}

/** Where a text stops being JSON; the engine's own message names no place in many cases. */
export function jsonBreak(text: string): number {
  const open: string[] = [];
  let wanted: Wanted | undefined = 'value';
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    const start = at + (SPACE.exec(text)?.[0].length ?? 0);
    TOKEN.lastIndex = start;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return start;
    wanted = follow(wanted, token, open);
    if (wanted === undefined) return start;
    at = start + token.length;
  }
  return text.length;
}
