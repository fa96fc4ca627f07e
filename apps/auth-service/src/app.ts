import { createApiApp, describeApi, packageVersion, type OpenApiDocument } from '@evenkeel/service';
import type { Express } from 'express';
import { SERVICE_NAME } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { createCredentialsRoutes } from './routes/credentials.ts';
import { createRefreshTokenRoutes } from './routes/refresh-token.ts';
import { createServiceTokenRoutes } from './routes/service-token.ts';
import { createSessionRoutes } from './routes/session.ts';
import { createSignInRoutes } from './routes/sign-in.ts';
import { createSigningKeyRoutes } from './routes/signing-key.ts';

/** The application and its description, from one list of endpoints. */
export function createApp(dependencies: Dependencies): { app: Express; openapi: () => OpenApiDocument } {
  const endpoints = [
    ...createSignInRoutes(dependencies),
    ...createRefreshTokenRoutes(dependencies),
    ...createSessionRoutes(dependencies),
    ...createSigningKeyRoutes(dependencies),
    ...createServiceTokenRoutes(dependencies),
    ...createCredentialsRoutes(dependencies),
  ];
  const info = { title: SERVICE_NAME, version: packageVersion(import.meta.dirname) };
  const openapi = () => describeApi(info, endpoints);
  return { app: createApiApp(endpoints, dependencies.logger, openapi), openapi };
}
