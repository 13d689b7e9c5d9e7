export * from './image';
export * from './manifest';
export * from './microservice';
export * from './node-pool';
export * from './runtime';
