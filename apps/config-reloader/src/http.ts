// Not `import`: that reads every export of node:http, which loads Node's whole fetch and costs 15 MB.
export const { createServer, get } = process.getBuiltinModule('node:http');
