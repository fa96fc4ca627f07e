export { benchComposeLoop } from './compose-loop/bench-compose-loop.ts';
export { benchImage } from './image/bench-image.ts';
export { benchLoop } from './loop/bench-loop.ts';
export { benchStart } from './start/bench-start.ts';
