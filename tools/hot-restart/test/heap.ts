import { Debugger } from './debugger.ts';
import type { RunnerUnderTest } from './runner-under-test.ts';

/** Spaces of V8's heap that hold what JavaScript refers to. Compiled code is in others, and grows while V8 optimises. */
const OBJECTS = /^(new|old|large_object|new_large_object)(_space)?$/;

/** Measures the heap of a runner from outside. It has to be started with `Heap.env`. */
export class Heap implements Disposable {
  readonly #session: Debugger;

  private constructor(session: Debugger) {
    this.#session = session;
  }

  /** The variables that let the inspector of a runner be opened at this port. */
  static env(port: number): Record<string, string> {
    return { NODE_OPTIONS: `--inspect-port=${port}` };
  }

  static async open(runner: RunnerUnderTest, port: number): Promise<Heap> {
    runner.process.kill('SIGUSR1');
    await runner.until('its inspector is open', () => runner.output().includes('Debugger listening'));
    return new Heap(await Debugger.attach(port, []));
  }

  /** Size in kB of all objects that are in use. */
  async objectsKb(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const expression = `process.getBuiltinModule('node:v8').getHeapSpaceStatistics()`;
    const { result } = (await this.#session.send('Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value: { space_name: string; space_used_size: number }[] };
    };
    const sizes = result.value.filter((space) => OBJECTS.test(space.space_name)).map((space) => space.space_used_size);
    return sizes.reduce((sum, size) => sum + size, 0) / 1024;
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }
}
