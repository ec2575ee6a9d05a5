import type { Grant } from 'nova-agents';

const seconds = (count: number) => count * 1000;

/** What each agent may at most use; its own file may narrow it, never widen it. */
export const grants = {
  arbiter: { tools: [], limits: { maxTurns: 1, deadlineMs: seconds(40) } },
  'blog-writer': { tools: [], limits: { maxTurns: 4, deadlineMs: seconds(240) } },
  'client-sites': {
    tools: ['list-files', 'read-files', 'write-page'],
    limits: { maxTurns: 4, deadlineMs: seconds(120) },
  },
  'code-reviewer': {
    tools: ['git-branches', 'git-diff', 'list-files', 'read-file', 'search-text'],
    limits: { maxTurns: 46, deadlineMs: seconds(400) },
  },
  'command-runner': {
    tools: ['read-file', 'run-script'],
    limits: { maxTurns: 4, deadlineMs: seconds(720) },
  },
  composer: { tools: [] },
  'copy-editor': {
    tools: ['list-files', 'read-file'],
    limits: { maxTurns: 80, deadlineMs: seconds(120) },
  },
  'data-extractor': {
    tools: ['list-files', 'read-file'],
    limits: { maxTurns: 40, deadlineMs: seconds(60) },
  },
  'marketplace-specialist': {
    tools: ['list-files', 'read-file', 'read-files'],
    limits: { maxTurns: 5, deadlineMs: seconds(120) },
  },
  'memory-keeper': {
    tools: ['recall', 'remember'],
    limits: { maxTurns: 3, deadlineMs: seconds(40) },
  },
  moderator: { tools: [], limits: { maxTurns: 3, deadlineMs: seconds(40) } },
  'erp-architect': {
    tools: ['list-files', 'read-file', 'search-text'],
    limits: { maxTurns: 16, deadlineMs: seconds(300), maxTokens: 60_000 },
  },
  explainer: {
    tools: ['list-files', 'read-file', 'recall', 'search-text'],
    limits: { maxTurns: 56, deadlineMs: seconds(180), maxTokens: 80_000 },
  },
  'front-desk': {
    tools: ['who-takes'],
    limits: { maxTurns: 4, deadlineMs: seconds(60), maxTokens: 30_000 },
  },
  inventory: {
    tools: ['read-books'],
    limits: { maxTurns: 2, deadlineMs: seconds(120) },
  },
  'invoice-auditor': {
    tools: ['read-books'],
    limits: { maxTurns: 2, deadlineMs: seconds(120) },
  },
  'ledger-keeper': {
    tools: ['read-books'],
    limits: { maxTurns: 2, deadlineMs: seconds(120) },
  },
  'parts-catalogue': {
    tools: ['list-files', 'read-files'],
    limits: { maxTurns: 4, deadlineMs: seconds(120) },
  },
  'pipeline-runner': {
    tools: ['list-files', 'read-file', 'run-script'],
    limits: { maxTurns: 12, deadlineMs: seconds(4000) },
  },
  planner: { tools: [] },
  purchasing: {
    tools: ['read-books'],
    limits: { maxTurns: 2, deadlineMs: seconds(120) },
  },
  refactorer: {
    tools: ['git-branches', 'git-diff', 'read-files'],
    limits: { maxTurns: 10, deadlineMs: seconds(200) },
  },
  'release-notes': {
    tools: ['git-commits', 'git-tags'],
    limits: { maxTurns: 6, deadlineMs: seconds(90) },
  },
  researcher: {
    tools: ['list-files', 'read-file', 'search-text'],
    limits: { maxTurns: 14, deadlineMs: seconds(90) },
  },
  reporter: { tools: ['read-runs'], limits: { maxTurns: 2, deadlineMs: seconds(40) } },
  router: { tools: [] },
  summariser: {
    tools: ['list-files', 'read-file'],
    limits: { maxTurns: 40, deadlineMs: seconds(180), maxTokens: 120_000 },
  },
  'table-importer': {
    tools: ['list-files', 'read-file', 'read-sheet'],
    limits: { maxTurns: 40, deadlineMs: seconds(60) },
  },
  'test-writer': {
    tools: ['git-branches', 'git-diff', 'list-files', 'read-file', 'read-files', 'search-text'],
    limits: { maxTurns: 20, deadlineMs: seconds(300), maxTokens: 80_000 },
  },
  translator: { tools: [], limits: { maxTurns: 4, deadlineMs: seconds(180) } },
  'tenancy-guard': {
    tools: ['git-diff', 'read-file'],
    limits: { maxTurns: 24, deadlineMs: seconds(120) },
  },
  verifier: { tools: [], limits: { maxTurns: 2, deadlineMs: seconds(40) } },
  'visitor-guide': {
    tools: ['read-public'],
    limits: { maxTurns: 8, deadlineMs: seconds(120), maxTokens: 60_000 },
  },
  'workspace-keeper': {
    tools: [
      'git-authors',
      'git-branches',
      'git-status',
      'list-files',
      'open-records',
      'read-file',
      'search-text',
    ],
    limits: { maxTurns: 28, deadlineMs: seconds(300) },
  },
} as const satisfies Readonly<Record<string, Grant>>;
