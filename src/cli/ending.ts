import { FAILED } from './exit-codes.ts';
import { oneLine } from './print.ts';

/** A reader that has gone is nobody's failure; words that were lost on a full disk are. */
export function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return;
      process.exitCode = FAILED;
      if (stream === process.stdout) process.stderr.write(`nova: stdout: ${oneLine(message)}\n`);
    });
}

/** Nothing ends quietly: not even where a configuration exits, or waits for what never comes. */
export function sayEarlyEnd(code: number): void {
  process.stderr.write('nova: the process ended before its work did\n');
  process.exitCode = code === 0 ? FAILED : code;
}
