// main.ts <bench> [option …]: runs one of the measurements behind the README's figures. Each is loaded when asked for.
const [name = '', ...args] = process.argv.slice(2);
const inContainers = args.includes('--runtime=compose');

const benches: Readonly<Record<string, () => Promise<number>>> = {
  loop: async () =>
    inContainers
      ? (await import('./compose-loop/bench-compose-loop.ts')).benchComposeLoop(args)
      : (await import('./loop/bench-loop.ts')).benchLoop(args, process.env),
  start: async () => (await import('./start/bench-start.ts')).benchStart(args, process.env),
  gateway: async () => (await import('./gateway/bench-gateway.ts')).benchGateway(args, process.env),
  image: async () => (await import('./image/bench-image.ts')).benchImage(args),
};

const bench = benches[name];
if (bench === undefined) console.error(`usage: keel bench <${Object.keys(benches).join('|')}>`);
process.exitCode = bench === undefined ? 2 : await bench();
