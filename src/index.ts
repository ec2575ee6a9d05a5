export { defineAgent, DEFAULT_LIMITS } from './team/define-agent.ts';
export type {
  Agent,
  AgentDefinition,
  AnyAgent,
  Heard,
  Io,
  Releases,
  Said,
  Say,
} from './team/agent.ts';
export type { Refusal } from './team/refusal.ts';
export { defineTeam } from './team/define-team.ts';
export { below } from './team/below.ts';
export { fan } from './team/fan.ts';
export { plan } from './team/plan.ts';
export { planFaults, type Giving } from './team/plan-faults.ts';
export { defineDecision, type Arbiter, type DecisionDefinition } from './team/decision.ts';
export { question, type Question } from './team/question.ts';
export { gate, type Gate } from './team/gate.ts';
export type { Approval, People, Who } from './team/gate-terms.ts';
export { fromMachine } from './team/from-machine.ts';
export type { Concluded, MachineDefinition } from './team/from-machine.ts';
export type { Below, Fan, Lost, MachineNode, Planned, Team, TeamDefinition } from './team/team.ts';
export { defineTrigger, type Trigger } from './team/define-trigger.ts';
export { defineTool } from './team/define-tool.ts';
export type { InDoubt, Tool, ToolContext, ToolDefinition, ToolSource } from './team/define-tool.ts';
export { defineOrganisation } from './team/define-organisation.ts';
export type { Grant, Organisation, OrganisationDefinition } from './team/define-organisation.ts';
export { defineConfig, type Config } from './config/define-config.ts';
export { Nova } from './host/nova.ts';
export type { NovaOptions } from './host/nova-options.ts';
export type { Blame, Station, Why } from './observe/why.ts';
export type { ModelUsage } from './observe/usage.ts';
export type { PromptCall, Prompts } from './observe/prompts.ts';
export type { Letter } from './observe/letters.ts';
export type { Letters } from './host/letters.ts';
export type { Refused } from './host/quotas.ts';
export type { Halted, Stopped } from './host/stops.ts';
export type { FaultKind } from './observe/blame.ts';
export { MAX_REQUEST_CHARS } from './host/asks.ts';
export type { AskOptions, Result, RunOptions } from './host/asks.ts';
export type { Verdict } from './host/verdicts.ts';
export { asActorLogic } from './host/as-actor-logic.ts';
export type {
  ActorLogicOptions,
  NodeLogic,
  NodeOutput,
  NodeSnapshot,
  ReviewEvent,
} from './host/as-actor-logic.ts';
export type { Desk } from './host/desk.ts';
export type { Progress } from './host/progress.ts';
export type { Clock, Model, ModelCall, ModelHearing, ModelReply, Tools } from './host/ports.ts';
export type { AskStats } from './observe/stats.ts';
export type { Decided } from './observe/decisions.ts';
export type { Review, Said as ReviewSaid } from './decide/reviews.ts';
export { Ask, Answer, PASSAGE, roleContracts } from '../machines/protocol/roles.ts';
export type {
  CatalogueEntry,
  Placed,
  Plan,
  PlanBounds,
  Known,
  PlanReport,
  Unplaced,
} from '../machines/protocol/roles.ts';
export { AlreadyDecidedError } from './errors/already-decided-error.ts';
export { DefinitionError } from './errors/definition-error.ts';
export { InDoubtError } from './errors/in-doubt-error.ts';
export { MayNotDecideError } from './errors/may-not-decide-error.ts';
export { ModelError, type ModelFault } from './errors/model-error.ts';
export { NodeEndedError } from './errors/node-ended-error.ts';
export { StaleReviewError } from './errors/stale-review-error.ts';
export { ToolRefusedError } from './errors/tool-refused-error.ts';
