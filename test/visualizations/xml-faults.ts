/** What is wrong with a text as XML: tags that do not close, attributes and entities that are none. */
export function faultsOfXml(text: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const attribute = String.raw`\s+[\w:-]+="[^"<]*"`;
  const tag = new RegExp(String.raw`^<(/?)([\w:-]+)((?:${attribute})*)\s*(/?)>`);
  let rest = text;
  while (rest !== '') {
    const next = rest.indexOf('<');
    const between = next < 0 ? rest : rest.slice(0, next);
    if (open.length === 0 && between.trim() !== '') faults.push(`text outside: ${between.trim()}`);
    faults.push(...badEntities(between));
    if (next < 0) break;
    rest = rest.slice(next);
    const [whole, closing, name = '', attributes = '', empty] = tag.exec(rest) ?? [];
    if (whole === undefined) return [...faults, `no tag: ${rest.slice(0, 60)}`];
    faults.push(...badEntities(attributes));
    if (closing === '/' && open.pop() !== name) faults.push(`closes another: ${name}`);
    if (closing !== '/' && empty !== '/') open.push(name);
    rest = rest.slice(whole.length);
  }
  return [...faults, ...open.map((name) => `stays open: ${name}`)];
}

const badEntities = (text: string): string[] => [
  ...(text.match(/&(?!(amp|lt|gt|quot|#\d+);).{0,8}/g) ?? []),
  // oxlint-disable-next-line no-control-regex
  ...(text.match(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g) ?? []),
];
