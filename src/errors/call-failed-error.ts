/** Why a call to the holder failed; `handler` is the only one in which its work was begun. */
export type CallFailure =
  | 'malformed'
  | 'line_too_long'
  | 'too_many_connections'
  | 'too_many_calls'
  | 'handler';

/** The holder answered a call with an error. A holder that does not answer is silent or gone. */
export class CallFailedError extends Error {
  readonly code = 'call_failed';
  /** The method, or the socket's address where the connection itself was refused. */
  readonly where: string;
  readonly why: CallFailure;
  /** The `code` of the error that the handler threw, where it had one. */
  readonly causeCode: string | undefined;

  constructor(
    where: string,
    why: CallFailure,
    problem: string,
    options?: ErrorOptions & { readonly causeCode?: string | undefined },
  ) {
    super(`${where}: ${problem}`, options);
    this.name = 'CallFailedError';
    this.where = where;
    this.why = why;
    this.causeCode = options?.causeCode;
  }
}
