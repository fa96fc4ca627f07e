import { createApiApp, describeApi, packageVersion, type OpenApiDocument } from '@evenkeel/service';
import type { Express } from 'express';
import { SERVICE_NAME } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { createAccountRoutes } from './routes/account.ts';
import { createCredentialsRoutes } from './routes/credentials.ts';
import { createMeRoutes } from './routes/me.ts';
import { createUserRoutes } from './routes/user.ts';

/** The application and its description, from one list of endpoints. */
export function createApp(dependencies: Dependencies): { app: Express; openapi: () => OpenApiDocument } {
  const endpoints = [
    // `/users/me` comes before `/users/:id`, which would match it, too.
    ...createMeRoutes(dependencies),
    ...createUserRoutes(dependencies),
    ...createCredentialsRoutes(dependencies),
    ...createAccountRoutes(dependencies),
  ];
  const info = { title: SERVICE_NAME, version: packageVersion(import.meta.dirname) };
  const openapi = () => describeApi(info, endpoints);
  return { app: createApiApp(endpoints, dependencies.logger, openapi), openapi };
}
