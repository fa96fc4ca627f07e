/** A file outside `apps/notes-service` that is edited by hand, as listed in CONTRIBUTING.md. */
export interface Step {
  readonly file: string;
  readonly edit: (text: string) => string;
}

export const steps: readonly Step[] = [
  {
    file: 'services.yaml',
    edit: inserting(
      [/(?<=^ {2}api-gateway:\n(?: {4}.*\n)*? {4}depends_on: \[)/m, 'notes-service, '],
      [
        /^ {2}api-gateway:\n/m,
        "    no_contract: { notes-service: 'the gateway forwards to it, and reads nothing but its description' }\n",
      ],
      [
        /^services:\n/m,
        `  notes-service:
    port: 8490
    admin_port: 9490
    debug_port: 9690
    depends_on: [redis]
    calls: [auth-service]
    no_contract: { auth-service: 'it relies on the public keys alone, like user-service, which has a contract' }
`,
      ],
    ),
  },
  {
    file: 'docker-compose.dev.yml',
    edit: inserting(
      [
        /(?<=^ {2}api-gateway:\n(?: {4}.*\n)*? {4}depends_on:\n)/m,
        '      notes-service: { condition: service_healthy }\n',
      ],
      [
        /(?<=^ {2}api-gateway:\n(?: {4}.*\n)*? {6}ADMIN_PORT: .*\n)/m,
        '      NOTES_SERVICE_URL: http://notes-service:8490\n',
      ],
      [
        /^services:\n/m,
        `  notes-service:
    <<: *service
    build: { <<: *build, target: dev, args: { <<: *build-arguments, SERVICE: notes-service } }
    depends_on:
      secrets: { condition: service_completed_successfully }
      redis: { condition: service_healthy }
    environment:
      <<: *environment
      PORT: 8490
      ADMIN_PORT: 9490
      HOT_RESTART_DEBUG_PORT: 9690
      AUTH_SERVICE_URL: http://auth-service:8081
      REDIS_URL: redis://redis:6379/0
      REDIS_PASSWORD_FILE: /run/secrets/redis_password
      NOTES_PER_USER: \${NOTES_PER_USER:-100}
    ports:
      - '127.0.0.1:\${NOTES_SERVICE_ADMIN_PORT:-9490}:9490'
      - '127.0.0.1:\${NOTES_SERVICE_DEBUG_PORT:-9690}:9690'
    volumes:
      - ./apps/notes-service:/work/apps/notes-service:ro,z
      - ./libs:/work/libs:ro,z
      - ./coverage:/coverage:ro,z
      - notes-service-secrets:/run/secrets:ro
      - notes-service-cache:/work/node_modules/.cache
    healthcheck:
      <<: *health
      test: ['CMD', 'node', '/work/libs/service/src/probe.ts', 'http://127.0.0.1:9490/readyz']
    develop:
      watch:
        - *rebuild
        - { action: sync, path: ./apps/notes-service, target: /work/apps/notes-service, ignore: [node_modules/, test/] }
        - { action: sync, path: ./libs, target: /work/libs, ignore: [node_modules/, test/] }

  notes-service-config-reloader:
    <<: *reloader
    pid: service:notes-service
    depends_on: { notes-service: { condition: service_started, restart: true } }
    command:
      - --service=notes-service
      - --watch=/proc/1/root/run/secrets
      - --process=(src/main\\.ts|dist/main\\.js)$$
      - --healthz=http://notes-service:9490/healthz

`,
      ],
      [/^ {6}- secrets:\/secrets\/all\n/m, '      - notes-service-secrets:/secrets/notes-service\n'],
      [/^volumes:\n/m, '  notes-service-secrets:\n  notes-service-cache:\n'],
    ),
  },
  {
    file: 'docker-compose.prod.yml',
    edit: inserting([
      /^services:\n/m,
      `  notes-service:
    <<: *service
    develop: !reset null
    image: \${IMAGE_PREFIX:-evenkeel/}notes-service:\${VERSION:-local}
    build: { target: prod, args: *labels }
    ports: !reset []
    volumes: !override ['notes-service-secrets:/run/secrets:ro']
    healthcheck:
      test: ['CMD', '/nodejs/bin/node', '/app/libs/service/dist/probe.js', 'http://127.0.0.1:9490/readyz']

  notes-service-config-reloader: { user: '65532:65532' }

`,
    ]),
  },
  {
    file: 'apps/api-gateway/routes.yaml',
    edit: inserting([/^routes:\n/m, '  - prefix: /notes\n    upstream: notes-service\n\n']),
  },
  {
    file: '.env.example',
    edit: inserting([
      /^(?=# --- Containers)/m,
      '# --- notes-service\n\n# How many notes of a user are kept.\n# NOTES_PER_USER=100\n\n',
    ]),
  },
  { file: 'README.md', edit: inserting([/^apps\/\n/m, '  notes-service/    notes of users, in Redis\n']) },
];

/** Inserts each text after what its pattern matches. */
function inserting(...insertions: readonly (readonly [after: RegExp, text: string])[]): (text: string) => string {
  return (text) =>
    insertions.reduce((present, [after, inserted]) => {
      if (!after.test(present)) throw new Error(`nothing matches ${String(after)}`);
      return present.replace(after, (found) => found + inserted);
    }, text);
}
