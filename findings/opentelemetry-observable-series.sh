#!/bin/sh
# OpenTelemetry JS, @opentelemetry/sdk-metrics 3.1.0: an attribute set that an observable gauge once reported is exported
# for ever, with its last value, although the callback no longer observes it. (The specification of asynchronous
# instruments has each callback decide anew.) A gauge of the kind "1 for the version in force" shows all versions as 1.
#
# Guessed: the second collection has `two` alone. Seen, 2026-11-28, Node 26:
#   one=1
#   one=1 two=1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0

cat >collect.js <<'SCRIPT'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  onShutdown() {}
  onForceFlush() {}
}

const reader = new Reader();
const provider = new MeterProvider({ readers: [reader] });
let version;
provider
  .getMeter('finding')
  .createObservableGauge('info')
  .addCallback((result) => result.observe(1, { version }));
for (version of ['one', 'two']) {
  const { resourceMetrics } = await reader.collect();
  const [{ dataPoints }] = resourceMetrics.scopeMetrics[0].metrics;
  console.log(dataPoints.map(({ attributes, value }) => `${attributes.version}=${value}`).join(' '));
}
SCRIPT
seen=$(node collect.js)
echo "$seen"
[ "$seen" = "$(printf 'one=1\none=1 two=1')" ]
