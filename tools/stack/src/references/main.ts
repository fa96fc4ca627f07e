// Brings the references of every TypeScript configuration in line with the dependencies in package.json.
import { resolve } from 'node:path';
import { writeReferences } from './check-references.ts';

const changed = await writeReferences(resolve(import.meta.dirname, '../../../..'));
console.log(changed.length === 0 ? 'All references are up to date.' : `Changed ${changed.join(', ')}.`);
