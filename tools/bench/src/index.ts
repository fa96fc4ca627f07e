export { benchLoop } from './loop/bench-loop.ts';
