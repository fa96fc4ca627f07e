export { clonedFiles, copyClone } from './copy-clone.ts';
export { installedClone } from './installed-clone.ts';
