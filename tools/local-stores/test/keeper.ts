// Keeps a PostgreSQL until it is killed: what a `keel up` is to its stores.
import { startPostgres } from '../src/index.ts';

const postgres = await startPostgres({ dir: process.argv[2] as string, password: 'secret' });
console.log(postgres.pid);
setInterval(() => {}, 60_000);
