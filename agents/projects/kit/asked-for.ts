const WORK =
  /\b(?:branch\w*|(?:un)?committed|(?:un)?merged?|stash\w*|conflicts?|in progress|work(?:ing|ed) on|unfinished|ahead|behind)\b/i;
const ISSUES =
  /\b(?:todos?|fixmes?|hacks?|xxx|issues?|bugs?|markers?|boxes|backlog|technical debt|comments?)\b/i;
const OPEN = /\b(?:decisions?|decid\w+|promis\w+|agreed)\b/i;

/** What of the state of a project a request is about; all of it where it names nothing. */
export function askedFor(text: string): {
  readonly work: boolean;
  readonly issues: boolean;
  readonly open: boolean;
} {
  const named = { work: WORK.test(text), issues: ISSUES.test(text), open: OPEN.test(text) };
  return Object.values(named).includes(true) ? named : { work: true, issues: true, open: true };
}
