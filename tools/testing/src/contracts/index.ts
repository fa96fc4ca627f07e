export { accountBody, problemBody, publishedKeys } from './bodies.ts';
export { describeContract, type BeginInteraction, type ContractOptions } from './describe-contract.ts';
export { itHonoursItsContracts, type ProviderContracts } from './it-honours-its-contracts.ts';
export { eachKeyLike, eachLike, like, number, regex } from './matchers.ts';
export { type ProviderUnderTest, type StateHandler } from './provider-front.ts';
export { whyNoPact } from './why-no-pact.ts';
