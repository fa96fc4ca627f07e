import { ValueType, type HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { observedInfo, type InfoMetric } from './process-telemetry.ts';

/** Nothing shows the times of these. */
const NO_TIME: HrTime = [0, 0];

/** The reader takes the resource of the SDK's own metrics. */
const NO_RESOURCE = {} as ResourceMetrics['resource'];

/** What the process tells of itself by info metrics, for a reader of metrics: one series each, as it is now. */
export const infoMetrics: MetricProducer = {
  collect: () => {
    const scopeMetrics = [{ scope: { name: '@evenkeel/telemetry' }, metrics: observedInfo().map(dataOf) }];
    return Promise.resolve({ resourceMetrics: { resource: NO_RESOURCE, scopeMetrics }, errors: [] });
  },
};

function dataOf({ name, description, attributes }: InfoMetric): MetricData {
  return {
    descriptor: { name, description, unit: '', valueType: ValueType.INT },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: [{ startTime: NO_TIME, endTime: NO_TIME, attributes: attributes(), value: 1 }],
  };
}
