export * from './diagnostic';
export * from './image';
export * from './judge';
export * from './manifest';
export * from './microservice';
export * from './node-pool';
export * from './runtime';
