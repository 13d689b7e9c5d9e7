import type { Chart } from 'cdk8s';
import { MeshIdentity, WasmMesh, type WasmMeshProps, WasmMicroservice, type WasmMicroserviceProps } from '../../lib';
import { all, httpImage, type Json, platform } from '../support/programs';

export const identity = MeshIdentity.certManager({ issuer: 'mesh-ca' });

/** A program with one mesh, and a way to make services in it. */
export function meshed(props: Partial<WasmMeshProps> = {}, namespace = 'shop') {
  const program = platform({}, namespace);
  const mesh = new WasmMesh(program.chart, 'mesh', { trustDomain: 'shop.example', identity, ...props });
  const service = (id: string, more: Partial<WasmMicroserviceProps> = {}) =>
    new WasmMicroservice(program.chart, id, { pool: program.pool, mesh, image: httpImage(), ...more });
  return { ...program, mesh, service };
}

export const named = (chart: Chart, kind: string, name: string): Json =>
  all(chart, kind).find((object) => object.metadata.name === name);

/** What the proxy of a workload reads. */
export const bootstrapOf = (chart: Chart, name: string): Json =>
  JSON.parse(
    all(chart, 'ConfigMap').find((object) => object.metadata.name.startsWith(`${name}-envoy-`)).data['bootstrap.json'],
  );

export const listenerOf = (chart: Chart, name: string, listener: string): Json =>
  bootstrapOf(chart, name).static_resources.listeners.find((one: Json) => one.name === listener);

/** The settings of its HTTP filters of one kind. */
export const filtersOf = (chart: Chart, name: string, listener: string, filter: string): Json[] =>
  listenerOf(chart, name, listener)
    .filter_chains[0].filters[0].typed_config.http_filters.filter((one: Json) => one.name.endsWith(`.${filter}`))
    .map((one: Json) => one.typed_config);
