import { type ApiConnection, ApiError } from './api-connection';
import type { ObjectHead } from './kubernetes-object';

interface Resource {
  /** The plural, as it stands in paths. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where objects live in the API; asked once for every group and version, and again when a kind is new. */
export class RestMapping {
  private readonly resources = new Map<string, readonly Resource[]>();

  public constructor(private readonly connection: ApiConnection) {}

  /** The namespace an object lives in, or undefined for a cluster-scoped kind. */
  public async namespaceOf(object: ObjectHead): Promise<string | undefined> {
    const { namespaced } = await this.resourceOf(object);
    return namespaced ? (object.metadata.namespace ?? 'default') : undefined;
  }

  /** Of the collection, to which a new object is posted. */
  public async collectionPath(object: ObjectHead): Promise<string> {
    const { name } = await this.resourceOf(object);
    const namespace = await this.namespaceOf(object);
    const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${rootOf(object.apiVersion)}${place}/${name}`;
  }

  public async objectPath(object: ObjectHead): Promise<string> {
    if (object.metadata.name === undefined) throw new Error(`a ${object.kind} without a name has no path`);
    return `${await this.collectionPath(object)}/${encodeURIComponent(object.metadata.name)}`;
  }

  /** @throws ApiError NotFound when the server knows no such kind */
  private async resourceOf({ apiVersion, kind }: ObjectHead): Promise<Resource> {
    const known = this.resources.get(apiVersion)?.find((resource) => resource.kind === kind);
    if (known !== undefined) return known;
    const served = await this.discover(apiVersion);
    this.resources.set(apiVersion, served);
    const found = served.find((resource) => resource.kind === kind);
    if (found === undefined) throw new ApiError(404, 'NotFound', `no matches for kind "${kind}" in "${apiVersion}"`);
    return found;
  }

  private async discover(apiVersion: string): Promise<readonly Resource[]> {
    try {
      const { body } = await this.connection.send({ method: 'GET', path: rootOf(apiVersion) });
      const { resources } = body as { readonly resources: readonly Resource[] };
      return resources.filter(({ name }) => !name.includes('/')); // the others are subresources, such as pods/eviction
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}

const rootOf = (apiVersion: string) => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
