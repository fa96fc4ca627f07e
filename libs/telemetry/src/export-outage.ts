import { ExportResultCode } from '@opentelemetry/core';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { setExportResult } from './process-telemetry.ts';

/**
 * Notes of each export whether it arrived. The SDK makes its exporters from the environment and keeps them to itself,
 * but all of them, for each signal and protocol, have this base.
 */
export function watchExports(): void {
  const send = OTLPExporterBase.prototype.export;
  OTLPExporterBase.prototype.export = function (items, done) {
    const begun = performance.now();
    send.call(this, items, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      setExportResult(this, begun, failed ? (result.error ?? new Error('refused')) : undefined);
      done(result);
    });
  };
}
