export { buildArguments, type BuildArguments } from './compose/build-arguments.ts';
export { copiedStack, type CopiedStack } from './compose/copied-stack.ts';
export { openProject, type Project, type ProjectOptions } from './compose/project.ts';
export { docker, freeSubnet, inspect, inspectImage, whyNoEngine, type Inspected } from './engine/docker.ts';
export { run, type Output, type RunOptions } from './engine/run.ts';
export { edit, live } from './loop/edits.ts';
export { underLoad, type LoadResult } from './loop/load.ts';
export { percentile } from './loop/percentile.ts';
