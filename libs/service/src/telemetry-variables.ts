import { z } from 'zod';

// Empty is as good as unset, as in the SDK: it is what Compose makes of a variable that has no value.
const protocols = ['', 'http/protobuf', 'http/json', 'grpc'];
const samplers = ['', ...['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`])];

/**
 * OpenTelemetry's own variables for what a stack usually sets. Its SDK reads them, and takes a mistake in silence: the
 * endpoint for that of this machine, the sampler for one that samples everything.
 */
export const telemetryVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine((text) => text === '' || isHttpUrl(text), 'must be a URL that begins with http:// or https://')
    .optional()
    .describe('Where traces and logs are sent, by OTLP; unset, they are not recorded'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(protocols)
    .optional()
    .describe('How: `http/protobuf` unless set, `http/json` or `grpc`'),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .optional()
    .describe('Which traces are recorded: `parentbased_always_on` unless set; `parentbased_traceidratio` for a part'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)?$/, 'must be a ratio from 0 to 1, such as 0.1')
    .optional()
    .describe('The part of the traces that a ratio sampler records, from 0 to 1'),
};

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}
