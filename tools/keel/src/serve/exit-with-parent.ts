// Loaded before a program that knows nothing of who runs it: it stops once the process KEEL_PARENT is no longer its parent.
import { onParentGone } from './parent.ts';

onParentGone(Number(process.env['KEEL_PARENT']), () => process.kill(process.pid, 'SIGTERM'));
