import { get } from 'node:http';

// probe.ts [url]: exits 0 when the service says that it is ready, else 1. The health check of images without a shell.
const url = process.argv[2] ?? `http://127.0.0.1:${process.env['ADMIN_PORT'] ?? ''}/readyz`;

get(url, { timeout: 2_000 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
