export {
  filesIn,
  matterOf,
  mattersOf,
  readAsked,
  readMatters,
  refusedAll,
  textIn,
} from './tools/asked.ts';
export type { AskedFile, AskedText, Matter } from './tools/asked.ts';
export { readAskedSheet } from './tools/asked-sheet.ts';
export type { AskedSheet } from './tools/asked-sheet.ts';
export { readRuns } from './tools/read-runs.ts';
export type { Ran } from './tools/read-runs.ts';
export { readPublic } from './tools/read-public.ts';
export { recall } from './tools/recall.ts';
export { remember } from './tools/remember.ts';
export { explain } from './tools/explain.ts';
export { gitAuthors } from './tools/git-authors.ts';
export type { Authors } from './tools/git-authors.ts';
export { gitBranches } from './tools/git-branches.ts';
export type { Branches } from './tools/git-branches.ts';
export { gitCommits } from './tools/git-commits.ts';
export type { Commits } from './tools/git-commits.ts';
export { gitDiff } from './tools/git-diff.ts';
export type { Diff } from './tools/git-diff.ts';
export { gitStatus } from './tools/git-status.ts';
export type { Status } from './tools/git-status.ts';
export { gitTags } from './tools/git-tags.ts';
export type { Tags } from './tools/git-tags.ts';
export { listFiles } from './tools/list-files.ts';
export type { Listed } from './tools/list-files.ts';
export { openRecords } from './tools/open-records.ts';
export { readBooks } from './tools/read-books.ts';
export type { Books } from './tools/read-books.ts';
export { readFile } from './tools/read-file.ts';
export { readSheet } from './tools/read-sheet.ts';
export { readJsonRows, readTable } from './tools/table-text.ts';
export type { NoTable, RawRow, RawTable } from './tools/table-text.ts';
export { readFiles } from './tools/read-files.ts';
export type { Texts } from './tools/read-files.ts';
export { commandsOf, runScript, SCRIPTS } from './tools/run-script.ts';
export { searchText } from './tools/search-text.ts';
export type { Found } from './tools/search-text.ts';
export { redact } from './tools/secrets.ts';
export { bullets, byText, counted, inCode, inLine } from './tools/text.ts';
export { whoTakes } from './tools/who-takes.ts';
export { pagePath, writePage } from './tools/write-page.ts';
