export { benchImage } from './image/bench-image.ts';
export { benchLoop } from './loop/bench-loop.ts';
