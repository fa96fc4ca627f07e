export { filesOf } from './container-files.ts';
export { readOrMake } from './read-or-make.ts';
export { rotationSteps, type KeyStatus, type RotationStep } from './rotate.ts';
export { ensureSecrets, type SecretName, type Secrets } from './secrets.ts';
