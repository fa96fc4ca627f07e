import { planRestart, runPlan, type Plan, type PlanActions, type Service, type Stack } from '@evenkeel/stack';
import type { MergedLog } from '../log/merged-log.ts';
import { startService, type ServiceCommand, type ServiceProcess } from '../services/service-process.ts';

export type LocalServices = ReturnType<typeof createLocalServices>;

/** The processes of the services. */
export function createLocalServices(options: {
  stack: Stack;
  plain: boolean;
  commandFor: (service: Service) => ServiceCommand;
  log: MergedLog;
  /** A process was started. */
  onLaunched: (service: string, pid: number) => void;
  /** A process exited by itself. */
  onEnded: (service: string, ending: string) => void;
}) {
  const { stack, plain, log } = options;
  const services = new Map(stack.services.map((service) => [service.name, service]));
  const processes = new Map<string, ServiceProcess>();
  const begun = new Set<string>();
  const stopping = new Set<ServiceProcess>();

  const waves = () => planRestart(stack).waves.map((wave) => wave.steps.flatMap((step) => step.services));
  const launch = (name: string): ServiceProcess => {
    const process = startService(options.commandFor(services.get(name) as Service));
    processes.set(name, process);
    options.onLaunched(name, process.pid);
    begun.delete(name);
    for (const stream of process.output) log.follow(name, stream);
    void process.exited.then(() => {
      if (begun.has(name) && processes.get(name) === process && !stopping.has(process)) {
        options.onEnded(name, process.ending() ?? '');
      }
    });
    return process;
  };
  const stopOne = async (name: string) => {
    const process = processes.get(name);
    if (process === undefined) return;
    stopping.add(process);
    await process.stop();
  };
  const restart = async (name: string, reason: string, signal: AbortSignal) => {
    const running = processes.get(name);
    const isUp = running !== undefined && running.ending() === undefined && begun.has(name);
    if (isUp && running.hasRunner) return running.restart(reason, signal);
    if (isUp) await stopOne(name);
    // The stack may have stopped while it drained: nothing would stop a process that starts now.
    signal.throwIfAborted();
    const process = running?.ending() === undefined && !isUp && running ? running : launch(name);
    begun.add(name);
    process.begin();
  };
  const ready = (name: string, signal: AbortSignal) => {
    const { adminPort } = services.get(name) as Service;
    return (processes.get(name) as ServiceProcess).untilReady(`http://127.0.0.1:${adminPort}`, signal);
  };

  return {
    /** The processes that run or ran last, by service. */
    processes: processes as ReadonlyMap<string, ServiceProcess>,
    /** Begins all processes, so that they load their modules together; under the runner none starts by this. */
    load(): void {
      if (!plain) for (const name of waves().flat()) launch(name);
    },
    /** Starts or restarts what the plan names. */
    carryOut: (plan: Plan, reason: string, options: Pick<PlanActions, 'timeoutMs' | 'signal' | 'onReady'>) =>
      runPlan(plan, { ...options, ready, restart: (name, signal) => restart(name, reason, signal) }),
    /** Ends all, in the reverse order of their start. */
    async stop(): Promise<void> {
      for (const wave of waves().reverse()) await Promise.all(wave.map(stopOne));
    },
    kill(): void {
      for (const process of processes.values()) {
        stopping.add(process);
        process.kill();
      }
    },
  };
}
