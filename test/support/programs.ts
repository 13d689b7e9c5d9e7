import { App, Chart, Testing } from 'cdk8s';
import type { IConstruct } from 'constructs';
import {
  WasmImage,
  type WasmModuleFacts,
  WasmNodePool,
  type WasmNodePoolProps,
  WasmPayload,
  WasmRuntime,
} from '../../lib';

/** Plain JSON as tests look at it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads fields of any kind
export type Json = any;

export const DIGEST = `sha256:${'a'.repeat(64)}`;

/** An image whose bytes nobody needs. */
export const imageOf = (payload: WasmPayload, facts: Partial<WasmModuleFacts> = {}, name = 'cart'): WasmImage =>
  WasmImage.fromRegistry(`ghcr.io/acme/${name}@${DIGEST}`, { payload, ...facts });

export const httpImage = (name = 'cart'): WasmImage => imageOf(WasmPayload.HTTP_COMPONENT, {}, name);
export const commandImage = (name = 'cart'): WasmImage => imageOf(WasmPayload.CLI_COMPONENT, {}, name);
export const moduleImage = (name = 'cart'): WasmImage => imageOf(WasmPayload.MODULE, {}, name);

/** A program with one chart and one pool. */
export function platform(props: Partial<WasmNodePoolProps> = {}, namespace = 'shop') {
  const app = new App({ outdir: Testing.app().outdir });
  const chart = new Chart(app, 'shop', { namespace });
  const pool = new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME, ...props });
  return { app, chart, pool };
}

/** Every error of the program as the synthesiser words it. */
export function findingsOf(construct: IConstruct): string[] {
  const all = construct.node.root.node.findAll();
  return all.flatMap((child) => child.node.validate().map((message) => `[${child.node.path}] ${message}`));
}

/** Codes alone, for tests of what goes together. */
export const codesOf = (construct: IConstruct): string[] =>
  findingsOf(construct).map((finding) => /WASM\d{4}/.exec(finding)?.[0] ?? finding);

/** Every object of a chart. */
export const objectsOf = (chart: Chart): Json[] => Testing.synth(chart);

/** The objects of one kind. */
export const all = (chart: Chart, kind: string): Json[] => objectsOf(chart).filter((object) => object.kind === kind);

/** The one object of a kind. */
export function only(chart: Chart, kind: string): Json {
  const found = all(chart, kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0];
}

/** The pod a workload makes. */
export const podOf = (object: Json): Json => object.spec.jobTemplate?.spec.template.spec ?? object.spec.template.spec;
export const guestOf = (object: Json): Json => podOf(object).containers[0];
