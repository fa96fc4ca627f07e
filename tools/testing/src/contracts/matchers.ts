// From the file and not from the package, which loads a native library that not every system has.
export { eachKeyLike, eachLike, like, number, regex } from '@pact-foundation/pact/src/v3/matchers.js';
