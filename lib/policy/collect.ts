import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Container, EnvVar, PodSpec } from 'kubernetes-types/core/v1';
import type { IServiceMesh, IWasmWorkload } from '../microservice';
import type { IWasmNodePool, WasmNodePool } from '../node-pool';
import type { HandlerParameter, PolicyParameters, TaintParameter } from './parameters';
import { containersOf, type PlacedPod, podOf } from './pod-spec';
import type { IPolicyContributor, WasmPolicyProps } from './wasm-policy.props';

/** Volumes every Wasm pod may have: each is a copy, a scratch or a claim, none is the node. */
const VOLUME_TYPES = ['configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI', 'persistentVolumeClaim'];

/** What rules are told, from what the program says already. */
export function collectParameters(root: IConstruct, props: WasmPolicyProps): PolicyParameters {
  const pools = props.pools.flatMap(placed);
  const others = props.otherRuntimeClasses ?? [];
  const everything = root.node.findAll();
  const services = props.services ?? everything.filter(isWorkload);
  const pods = services.flatMap(podsBelow);
  const namesWhere = (holds: (pool: IWasmNodePool) => boolean) =>
    sorted(pools.filter(({ pool }) => holds(pool)).map(({ runtimeClass }) => runtimeClass));
  return {
    runtimeClasses: namesWhere(() => true),
    otherRuntimeClasses: sorted(others.map(({ name }) => name)),
    requiredNamespaces: sorted(props.requiredIn ?? []),
    repositories: sorted(props.repositories),
    images: sorted([...everything.filter(isMesh), ...(props.contributors ?? [])].flatMap(({ images }) => images)),
    exemptImages: sorted(props.exemptImages ?? []),
    taints: unique(pools.flatMap(({ pool }) => taintsOf(pool))),
    withoutExec: namesWhere(({ runtime }) => !runtime.facts.exec.value),
    keepingCapabilities: namesWhere(({ runtime }) => runtime.facts.dropAllKeepsAll.value),
    volumeTypes: sorted([...VOLUME_TYPES, ...(props.volumeTypes ?? [])]),
    writablePaths: sorted([...pods.flatMap(({ spec }) => writablePaths(spec)), ...(props.writablePaths ?? [])]),
    secrets: sorted([...pods.flatMap(secretsOf), ...(props.secrets ?? [])]),
    deniedVariables: sorted(
      pools.flatMap(({ pool }) => runtimeVariables(pool)).filter((name) => !pods.some((pod) => sets(pod, name))),
    ),
    handlers: [
      ...pools.map(({ runtimeClass, pool }) => ({ runtimeClass, handler: handlerOf(pool) })),
      ...pools.flatMap(({ pool }) => probeClassesOf(pool)),
      ...others.map(({ name, handler = '' }) => ({ runtimeClass: name, handler })),
    ].sort(byRuntimeClass),
    unscheduled: sorted([
      ...namesWhere((pool) => !isOwn(pool) && Object.keys(pool.runtimeClassNodeSelector).length === 0),
      ...others.filter(({ anywhere }) => anywhere === true).map(({ name }) => name),
    ]),
  };
}

/** Without a RuntimeClass there is nothing to tell its pods by. */
const placed = (pool: IWasmNodePool) =>
  pool.runtimeClassName === undefined ? [] : [{ pool, runtimeClass: pool.runtimeClassName }];

/** A pool of ours, and not one made elsewhere. Not `instanceof`: there may be two copies of the library. */
const isOwn = (pool: IWasmNodePool): pool is WasmNodePool => 'intent' in pool;

/** The pool's own taint; of a pool made elsewhere what its pods tolerate themselves. */
function taintsOf(pool: IWasmNodePool): TaintParameter[] {
  const taints = isOwn(pool) ? [pool.intent.taint.toKubernetes()] : pool.podTolerations;
  return taints.map(({ key, value = '', effect = '' }) => ({ key, value, effect }));
}

/** Of a RuntimeClass that was made elsewhere nobody knows it: runtime-class-manager has names of its own. */
const handlerOf = (pool: IWasmNodePool): string => (isOwn(pool) ? (pool.intent.handler ?? '') : '');

/** What an installer probes with: a known RuntimeClass, and none that pods may name outside the installer's namespace. */
function probeClassesOf(pool: IWasmNodePool): HandlerParameter[] {
  return pool.node
    .findAll()
    .filter((child): child is ApiObject => ApiObject.isApiObject(child) && child.kind === 'RuntimeClass')
    .filter(({ name }) => name !== pool.runtimeClassName)
    .map((child) => ({ runtimeClass: child.name, handler: (child.toJson() as { readonly handler: string }).handler }));
}

/** Variables that configure the runtime and not the guest. */
function runtimeVariables({ runtime }: IWasmNodePool): string[] {
  const { application } = runtime.facts;
  return application === undefined ? [] : [application.componentsVariable, application.instanceMemoryVariable];
}

/** Services, jobs and whatever else has a guest, ours or built on ours. */
export const isWorkload = (child: IConstruct): child is IWasmWorkload => 'pool' in child && 'image' in child;

const isMesh = (child: IConstruct): child is IServiceMesh & IPolicyContributor => '_join' in child && 'images' in child;

const podsBelow = (service: IWasmWorkload): PlacedPod[] =>
  service.node.findAll().flatMap((child) => {
    if (!ApiObject.isApiObject(child) || !MAKERS.includes(child.kind)) return [];
    return podOf(child.toJson()) ?? [];
  });
const MAKERS: readonly string[] = ['Deployment', 'Job', 'CronJob', 'StatefulSet', 'DaemonSet', 'Pod'];

function secretsOf({ namespace, spec }: PlacedPod): string[] {
  const names = containersOf(spec).flatMap(({ env = [], envFrom = [] }: Container) => [
    ...env.map(({ valueFrom }: EnvVar) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ]);
  return names
    .filter((name) => name !== undefined)
    .map((name) => (namespace === undefined ? name : `${namespace}/${name}`));
}

/** Where claims are mounted writable. Other volumes that last are not admitted by being used. */
function writablePaths(spec: PodSpec): string[] {
  const claims = (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
  const names = claims.map(({ name }) => name);
  return containersOf(spec)
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .filter(({ name, readOnly }) => names.includes(name) && readOnly !== true)
    .map(({ mountPath }) => mountPath);
}

const sets = ({ spec }: PlacedPod, variable: string): boolean =>
  containersOf(spec).some(({ env = [] }) => env.some(({ name }) => name === variable));

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

function unique(taints: readonly TaintParameter[]): TaintParameter[] {
  const byText = new Map(taints.map((taint) => [`${taint.key}=${taint.value}:${taint.effect}`, taint]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, taint]) => taint);
}

const byRuntimeClass = (a: HandlerParameter, b: HandlerParameter): number => (a.runtimeClass < b.runtimeClass ? -1 : 1);
