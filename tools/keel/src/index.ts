export { startLocalStack, type LocalStack, type LocalStackOptions } from './stack/local-stack.ts';
export { runKeel, type Invocation } from './cli.ts';
