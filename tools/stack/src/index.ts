export { suggestion } from './did-you-mean.ts';
export { isBlockedPort } from './blocked-ports.ts';
export { checkGenerated, generate } from './generate/generate.ts';
export { withoutComments } from './generate/without-comments.ts';
export { affectedBy, UnknownPathError } from './packages/affected-by.ts';
export {
  loadPackageGraph,
  runtimeClosure,
  type PackageGraph,
  type WorkspacePackage,
} from './packages/package-graph.ts';
export { checkParity } from './parity/check-parity.ts';
export { planRestart, UnknownServiceError, type Plan, type Step } from './plan/plan.ts';
export { runPlan, type PlanActions, type PlanOutcome } from './plan/run-plan.ts';
export { withPortOffset } from './port-offset.ts';
export { graphAsJson, graphAsMermaid, graphAsText } from './print/graph.ts';
export { markdownTable, type Row } from './print/markdown-table.ts';
export { planAsText } from './print/plan-text.ts';
export { formatProblem, type Problem } from './problem.ts';
export { publishedVariables, type PublishedVariable } from './published-variables.ts';
export { declaredStack, InvalidStackError } from './read/read-stack.ts';
export { entryServices, type Page, type Service, type Sidecar, type Stack } from './stack.ts';
export { connectionsOf, databasesOf } from './wiring/connections.ts';
export { ADMIN_EMAIL, secretVariables } from './wiring/generated-secrets.ts';
export { secretsNeeded, serviceClients } from './wiring/secrets-needed.ts';
