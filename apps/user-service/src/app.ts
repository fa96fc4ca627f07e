import { createApiApp, describeApi, packageVersion, type OpenApiDocument } from '@evenkeel/service';
import type { Express } from 'express';
import type { AppDependencies } from './dependencies.ts';
import { internalRoutes } from './routes/internal.ts';
import { meRoutes } from './routes/me.ts';
import { userRoutes } from './routes/user.ts';

/** The application and its description, from one list of endpoints. */
export function createApp(deps: AppDependencies): { app: Express; openapi: () => OpenApiDocument } {
  // `/users/me` comes before `/users/:id`, which would match it, too.
  const endpoints = [...meRoutes(deps), ...userRoutes(deps), ...internalRoutes(deps)];
  const info = { title: 'user-service', version: packageVersion(import.meta.dirname) };
  const openapi = () => describeApi(info, endpoints);
  return { app: createApiApp(endpoints, deps.logger, openapi), openapi };
}
