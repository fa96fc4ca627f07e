import { metrics } from '@opentelemetry/api';

/** What the process costs: its processor time and its memory. */
export function observeProcess(): void {
  const meter = metrics.getMeter('@evenkeel/telemetry');
  meter
    .createObservableCounter('process.cpu.time', { unit: 's', description: 'Processor time that the process has used' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      unit: 'By',
      description: 'Resident memory of the process',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
}
