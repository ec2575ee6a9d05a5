export { messagesOf } from './inspect/messages.ts';
export type {
  ActorMessage,
  EventMessage,
  InspectedSnapshot,
  InspectMessage,
  MessageOptions,
  SnapshotMessage,
} from './inspect/messages.ts';
export { openInspector, type InspectorOptions } from './inspect/open-inspector.ts';
export type { FrameServer } from './server/frame-server.ts';
export { heardJournal, type HeardJournal } from './inspect/heard-journal.ts';
export { charterGraph, limitText } from './observe/charter-graph.ts';
export type { CharterGraph, CharterNode, CharterRoute } from './observe/charter-graph.ts';
export { charterMermaid, mermaidText } from './observe/charter-mermaid.ts';
export { whyOf } from './observe/why.ts';
export type { Blame, Station, Why } from './observe/why.ts';
export type { FaultKind } from './observe/blame.ts';
