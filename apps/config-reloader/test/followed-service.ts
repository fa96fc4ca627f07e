/**
 * A service as far as the reloader sees it: it reads a file at its start and on SIGHUP, refuses it if it says `bad`, and
 * says so on /healthz. Arguments: `file port`, and optionally a file to wait for before it handles signals.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [file = '', port = '', waitFor] = process.argv.slice(2);
const read = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().slice(0, 80) : 'missing');

let config: object = { version: read(), loaded_at: new Date().toISOString() };
let signals = 0;

// Until then a SIGHUP ends it.
while (waitFor !== undefined && !existsSync(waitFor)) await sleep(10);

process.on('SIGHUP', () => {
  signals += 1;
  const now = new Date().toISOString();
  const text = read();
  if (text.startsWith('silent')) return;
  if (text.startsWith('bad')) config = { ...config, error: `${file}:1: ${text}`, refused_at: now };
  else config = { version: text, loaded_at: now, ...(text.startsWith('port') ? { restart_required: ['PORT'] } : {}) };
});

createServer((request, response) => {
  if (request.url === '/signals') return void response.end(String(signals));
  const degraded = 'error' in config;
  response.writeHead(degraded ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: degraded ? 'degraded' : 'ok', config }));
}).listen(Number(port), '127.0.0.1');
