// Verifies a provider, and sends the results as JSON. A program of its own: Pact's native library prints a report.
// Usage: verifier/main.ts <options of Pact's verifier, as JSON>, with an IPC channel
import { Verifier, type VerifierOptions } from '@pact-foundation/pact-core';

const options = JSON.parse(process.argv[2] ?? '{}') as VerifierOptions;
// A verification that fails rejects with its results as the message.
const results = await new Verifier(options).verify().catch((error: unknown) => (error as Error).message);
process.send?.(results, () => process.disconnect?.());
