import { hashOfText } from '../kernel/canonical.ts';

const MAX_CHARS = 64;
const MARK_CHARS = 8;

/**
 * A server's tool as Nova calls it: `read_file` of `files` is `files-read-file`. What is lost (a sign that is none of `_-`, or what
 * is longer than 64 letters) stands as the beginning of its hash; names that still meet are refused where they are defined.
 */
export function toolName(server: string, name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const full = `${server}-${words}`;
  if (/^[\w-]+$/.test(name) && full.length <= MAX_CHARS) return full;
  const mark = hashOfText(name).slice(0, MARK_CHARS);
  const short = full.slice(0, MAX_CHARS - MARK_CHARS - 1).replace(/-$/, '');
  return `${short}-${mark}`;
}
