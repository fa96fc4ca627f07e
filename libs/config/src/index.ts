export { createLiveConfig, type ConfigState, type LiveConfig } from './live-config.ts';
export { loadConfig } from './load.ts';
export { defaultFile, marksOf, reloadable, secret, type Marks } from './marks.ts';
export { formatProblems, readConfig, type ConfigProblem, type ConfigResult, type ConfigSchema } from './read.ts';
export { readDotenv, sources, type Lookup, type Setting } from './sources.ts';
export { SourceError } from './text-file.ts';
