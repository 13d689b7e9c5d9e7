export * from './image';
export * from './manifest';
export * from './mesh';
export * from './microservice';
export * from './node-pool';
export * from './policy';
export * from './runtime';
