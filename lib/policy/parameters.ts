/** A taint as rules compare it; no value is an empty one. */
export interface TaintParameter {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** Which handler a RuntimeClass may name; an empty one stands for any. */
export interface HandlerParameter {
  readonly runtimeClass: string;
  readonly handler: string;
}

/** Everything rules are told about one program: lists of texts, so that each engine can write them down. */
export interface PolicyParameters {
  readonly runtimeClasses: readonly string[];
  readonly otherRuntimeClasses: readonly string[];
  readonly requiredNamespaces: readonly string[];
  readonly repositories: readonly string[];
  readonly images: readonly string[];
  readonly exemptImages: readonly string[];
  readonly taints: readonly TaintParameter[];
  readonly withoutExec: readonly string[];
  readonly keepingCapabilities: readonly string[];
  readonly volumeTypes: readonly string[];
  readonly writablePaths: readonly string[];
  readonly secrets: readonly string[];
  readonly deniedVariables: readonly string[];
  readonly handlers: readonly HandlerParameter[];
  readonly unscheduled: readonly string[];
}

export type ParameterName = keyof PolicyParameters;

/** A parameter as OpenAPI v3 describes it. */
export interface ParameterSchema {
  readonly type: 'array';
  readonly description: string;
  readonly items: {
    readonly type: string;
    readonly properties?: Readonly<Record<string, { readonly type: 'string' }>>;
  };
}

const texts = (description: string): ParameterSchema => ({ type: 'array', description, items: { type: 'string' } });
const records = (description: string, ...fields: string[]): ParameterSchema => ({
  type: 'array',
  description,
  items: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])) },
});

export const PARAMETER_SCHEMAS: { readonly [name in ParameterName]: ParameterSchema } = {
  runtimeClasses: texts('RuntimeClasses whose pods are Wasm pods'),
  otherRuntimeClasses: texts('RuntimeClasses that are admitted besides'),
  requiredNamespaces: texts('Namespaces where every pod names a RuntimeClass'),
  repositories: texts('What images of Wasm pods begin with, each ending with /'),
  images: texts('Single images that are admitted besides'),
  exemptImages: texts('Images no rule looks at: an exact one, or a prefix that ends with /'),
  taints: records('Taints of the pools', 'key', 'value', 'effect'),
  withoutExec: texts('RuntimeClasses of runtimes that cannot exec'),
  keepingCapabilities: texts('RuntimeClasses of runtimes where dropping ALL alone drops nothing'),
  volumeTypes: texts('Types of volumes a Wasm pod may have, as fields of a volume'),
  writablePaths: texts('Where volumes that outlive the pod may be mounted writable'),
  secrets: texts('Secrets that may become environment: NAMESPACE/NAME, or NAME for any namespace'),
  deniedVariables: texts('Environment variables a Wasm pod may not set'),
  handlers: records('Handlers by RuntimeClass; an empty one stands for any', 'runtimeClass', 'handler'),
  unscheduled: texts('RuntimeClasses that need no node selector'),
};
