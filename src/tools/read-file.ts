import { isAbsolute, relative, sep } from 'node:path';
import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { isBinary, projectFolder, ProjectPath, readStart, textOf, WhyUnread } from './folder.ts';
import { withoutSecrets } from './secrets.ts';

const MAX_BYTES = 4_000_000;

const Unread = z.strictObject({ read: z.literal(false), why: WhyUnread });
const Read = z.strictObject({
  read: z.literal(true),
  /** Within the project. */
  path: ProjectPath,
  /** Of the whole file. */
  bytes: z.int().min(0),
  binary: z.boolean(),
  /** Empty where it is binary; secrets are left out. */
  text: z.string(),
  /** How many secrets were left out. */
  redacted: z.int().min(0),
  /** The file goes on; the text ends with its last whole line. */
  truncated: z.boolean(),
});

/** One file of the project, up to a number of bytes, without secrets. */
export const readFile = defineTool({
  name: 'read-file',
  does: 'Reads the text of one file of the project, secrets left out.',
  input: z.strictObject({ path: ProjectPath, maxBytes: z.int().min(1).max(MAX_BYTES) }),
  output: z.discriminatedUnion('read', [Unread, Read]),
  effect: 'reads',
  run: async ({ path, maxBytes }, context) => {
    const folder = await projectFolder(context.project);
    if (typeof folder !== 'string') return { read: false as const, why: 'missing' as const };
    const start = await readStart(folder, path, maxBytes);
    if (typeof start === 'string') return { read: false as const, why: start };
    const binary = isBinary(start.data);
    const { lines, found } = withoutSecrets(binary ? [] : textOf(start).split('\n'));
    return {
      read: true as const,
      path: isAbsolute(path) ? relative(folder, path).replaceAll(sep, '/') : path,
      bytes: start.bytes,
      binary,
      text: lines.join('\n'),
      redacted: found.length,
      truncated: start.bytes > start.data.length,
    };
  },
});
