import { createApiApp, describeApi, packageVersion, type OpenApiDocument } from '@evenkeel/service';
import type { Express } from 'express';
import { SERVICE_NAME } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { createNoteRoutes } from './routes/note.ts';

/** The application and its description, from one list of endpoints. */
export function createApp(dependencies: Dependencies): { app: Express; openapi: () => OpenApiDocument } {
  const endpoints = createNoteRoutes(dependencies);
  const info = { title: SERVICE_NAME, version: packageVersion(import.meta.dirname) };
  const openapi = () => describeApi(info, endpoints);
  return { app: createApiApp(endpoints, dependencies.logger, openapi), openapi };
}
