import type { RuntimeClass } from 'kubernetes-types/node/v1';
import type { NodePoolIntent } from './node-pool.intent';

/** Leads pods of the pool to its nodes: a RuntimeClass without `scheduling` leaves them in ContainerCreating anywhere. */
export const runtimeClassContent = (pool: NodePoolIntent, handler: string): Omit<RuntimeClass, 'metadata'> => ({
  handler,
  overhead: overhead(pool),
  scheduling: { nodeSelector: pool.nodeSelector, tolerations: pool.tolerations },
});

function overhead({ overheadCpu, overheadMemoryMiB }: NodePoolIntent): RuntimeClass['overhead'] {
  if (overheadCpu === undefined && overheadMemoryMiB === undefined) return undefined;
  return {
    podFixed: {
      ...(overheadCpu === undefined ? {} : { cpu: overheadCpu }),
      ...(overheadMemoryMiB === undefined ? {} : { memory: `${overheadMemoryMiB}Mi` }),
    },
  };
}
