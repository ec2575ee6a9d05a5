import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the smallest kernel has room for (macOS: 104 bytes with the final zero). */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the holder of a data folder listens: `holder.sock` in the folder; a name made from the folder's
 * in the temporary folder where that path would be too long; a named pipe on Windows.
 */
export function socketAddress(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const path = resolve(folder);
  const name = `nova-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const candidates = [join(path, 'holder.sock'), join(tmpdir(), `${name}.sock`)];
  const fits = candidates.find((file) => Buffer.byteLength(file) <= MAX_SOCKET_PATH_BYTES);
  return fits ?? join('/tmp', `${name}.sock`);
}
