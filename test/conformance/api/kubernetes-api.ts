import { until } from '../machine/until';
import { type ApiConnection, ApiError, type ApiReply, type ApiRequest } from './api-connection';
import type { KubernetesObject, ObjectHead } from './kubernetes-object';
import { RestMapping } from './rest-mapping';

export interface WriteOptions {
  /** Admitted and validated as ever, but not stored. @default false */
  readonly dryRun?: boolean;
}

export interface Written {
  /** As stored, or as it would have been: with the server's defaults. */
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

/** What a test does with an API server. Every refusal is an `ApiError`; an unknown field is a refusal. */
export interface KubernetesApi {
  /** Server-side apply, taking fields from other managers. A namespace that does not exist is created, dry run or not. */
  apply(object: ObjectHead, options?: WriteOptions): Promise<Written>;
  /** Applies and reads what was stored. */
  applyAndReadBack(object: ObjectHead): Promise<KubernetesObject>;
  /** A POST: also for a pod with `generateName`. The namespace as in `apply`. */
  create(object: ObjectHead, options?: WriteOptions): Promise<Written>;
  /** @param object the object itself or as much of it as says which */
  get(object: ObjectHead): Promise<KubernetesObject>;
  /** Nothing collects garbage here: dependents stay, and a namespace with content stays Terminating. */
  delete(object: ObjectHead): Promise<void>;
  /** Applies CustomResourceDefinitions and waits until objects of theirs are accepted. */
  installCrds(definitions: readonly ObjectHead[]): Promise<void>;
  /** For whatever has no method here. */
  send(request: ApiRequest): Promise<ApiReply>;
}

export function kubernetesApi(connection: ApiConnection): KubernetesApi {
  const mapping = new RestMapping(connection);
  const namespaces = new Set<string>();

  const api: KubernetesApi = {
    send: (request) => connection.send(request),
    async apply(object, options = {}) {
      await ensureNamespace(object);
      const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'true', ...strictly(options) });
      const path = `${await mapping.objectPath(object)}?${query}`;
      // JSON is YAML, and there is no media type for an apply patch in JSON
      return written(
        await connection.send({ method: 'PATCH', path, body: object, contentType: 'application/apply-patch+yaml' }),
      );
    },
    async applyAndReadBack(object) {
      await api.apply(object);
      return api.get(object);
    },
    async create(object, options = {}) {
      await ensureNamespace(object);
      const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, ...strictly(options) });
      const path = `${await mapping.collectionPath(object)}?${query}`;
      return written(await connection.send({ method: 'POST', path, body: object }));
    },
    async get(object) {
      const { body } = await connection.send({ method: 'GET', path: await mapping.objectPath(object) });
      return body as KubernetesObject;
    },
    async delete(object) {
      await connection.send({ method: 'DELETE', path: await mapping.objectPath(object) });
      if (object.apiVersion === 'v1' && object.kind === 'Namespace') namespaces.clear();
    },
    async installCrds(definitions) {
      for (const definition of definitions) await api.apply(definition);
      for (const definition of definitions) await established(definition);
    },
  };
  return api;

  async function ensureNamespace(object: ObjectHead): Promise<void> {
    const name = await mapping.namespaceOf(object);
    if (name === undefined || namespaces.has(name)) return;
    try {
      await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
    namespaces.add(name);
  }

  /** Established comes a moment before discovery tells of the kind, and discovery is where paths come from. */
  async function established(definition: ObjectHead): Promise<void> {
    await until(`CustomResourceDefinition ${definition.metadata.name} is established`, 30, async () => {
      const { spec, status } = (await api.get(definition)) as CustomResourceDefinition;
      if (!status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True'))
        return undefined;
      const served = spec.versions.filter((version) => version.served);
      const samples = served.map(({ name }) => ({
        apiVersion: `${spec.group}/${name}`,
        kind: spec.names.kind,
        metadata: {},
      }));
      return (await Promise.all(samples.map(isServed))).every(Boolean) || undefined;
    });
  }

  async function isServed(sample: ObjectHead): Promise<boolean> {
    try {
      return (await mapping.collectionPath(sample)) !== '';
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }
}

const FIELD_MANAGER = 'cdk8s-wasm-test';

const strictly = ({ dryRun = false }: WriteOptions) => ({
  fieldValidation: 'Strict',
  ...(dryRun && { dryRun: 'All' }),
});

const written = ({ body, warnings }: ApiReply): Written => ({ object: body as KubernetesObject, warnings });

interface CustomResourceDefinition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
