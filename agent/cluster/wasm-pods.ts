import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../refusal';
import { type Api, ApiError } from './api';
import type { List, Pod, RuntimeClass } from './objects';

/** The pods of one node that a restart of containerd would break: whose handler is not runc's. */
export class WasmPods {
  public constructor(
    private readonly api: Api,
    private readonly node: string,
  ) {}

  /** @param survives whether pods of a handler outlive a restart */
  public async list(survives: (handler: string) => boolean): Promise<Pod[]> {
    const [pods, classes] = await Promise.all([
      this.api.send<List<Pod>>({
        method: 'GET',
        path: '/api/v1/pods',
        query: { fieldSelector: `spec.nodeName=${this.node}` },
      }),
      this.api.send<List<RuntimeClass>>({ method: 'GET', path: '/apis/node.k8s.io/v1/runtimeclasses' }),
    ]);
    const handlers = new Map(classes.items.map(({ metadata, handler }) => [metadata.name, handler]));
    return pods.items.filter(({ spec, status }) => {
      if (spec.runtimeClassName === undefined || ENDED.includes(status?.phase ?? '')) return false;
      const handler = handlers.get(spec.runtimeClassName);
      return handler === undefined || !survives(handler); // a class that is gone has pods all the same
    });
  }

  /**
   * Evicts, so that disruption budgets count, and waits until the pods are gone.
   * @param find those that are to go, asked again and again
   * @throws Refusal that names those that did not go in time
   */
  public async drain(find: () => Promise<readonly Pod[]>, timeoutSeconds: number, pauseMs = PAUSE_MS): Promise<void> {
    const refusals = new Map<string, string>();
    for (const end = Date.now() + timeoutSeconds * 1000; ; await delay(pauseMs)) {
      const pods = await find();
      if (pods.length === 0) return;
      if (Date.now() > end) throw new Refusal(stayed(pods, timeoutSeconds, refusals));
      for (const pod of pods) {
        const why = await this.evict(pod);
        if (why === undefined) refusals.delete(pod.metadata.uid);
        else refusals.set(pod.metadata.uid, why);
      }
    }
  }

  /** @returns why it stays for now, if it does */
  public async evict({ metadata: { name, namespace, uid } }: Pod): Promise<string | undefined> {
    try {
      await this.api.send({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace },
          deleteOptions: { preconditions: { uid } }, // not a successor of the same name
        },
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404 || error.status === 409) return undefined; // gone, or a successor
      if (error.status === 429 || error.status === 500) return error.message; // 500: more than one budget
      throw error;
    }
  }
}

/** A DaemonSet's pod comes back at once, whatever one does; it is replaced after the restart instead. */
export const comesBack = ({ metadata }: Pod): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined ||
  (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet');

const ENDED = ['Succeeded', 'Failed'];
const PAUSE_MS = 2_000;

function stayed(pods: readonly Pod[], seconds: number, refusals: ReadonlyMap<string, string>): string {
  const names = pods.slice(0, 3).map(({ metadata: { name, namespace, uid } }) => {
    const why = refusals.get(uid);
    return `${namespace}/${name}${why === undefined ? '' : ` (${why})`}`;
  });
  const more = pods.length > names.length ? ` and ${pods.length - names.length} more` : '';
  return `after ${seconds} s these pods are still on the node: ${names.join(', ')}${more}`;
}
