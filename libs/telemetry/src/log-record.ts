import { logs, SeverityNumber, type AnyValue, type Context } from '@opentelemetry/api';

const severities: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/**
 * Makes a log record of each line of the log, which is redacted already. Its trace is that of the context, and its
 * service that of the resource.
 */
export function createLogSender(): (line: string, context: Context) => void {
  const logger = logs.getLogger('@evenkeel/telemetry');
  return (line, context) => {
    const { level, time, msg, service: _, trace_id: _trace, span_id: _span, ...attributes } = JSON.parse(line) as Line;
    logger.emit({
      severityNumber: severities[level] ?? SeverityNumber.UNSPECIFIED,
      severityText: level,
      timestamp: new Date(time),
      body: msg,
      attributes,
      context,
    });
  };
}

type Line = Record<string, AnyValue> & { level: string; time: string; msg: string };
