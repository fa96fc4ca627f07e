export { copyClone } from './clone/copy.ts';
export { openProject, type Project, type ProjectOptions } from './compose/project.ts';
export { docker, freeSubnet, inspect, whyNoEngine, type Inspected } from './engine/docker.ts';
export { run, type Output, type RunOptions } from './engine/run.ts';
