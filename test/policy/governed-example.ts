import { type App, Chart } from 'cdk8s';
import { PolicyEnforcer, WasmPolicy } from '../../lib/policy';
import type { Json } from '../support/programs';

/** The example with one policy for every enforcer. It synthesises when it is loaded, into the folder. */
export function governedExample(outdir: string): App {
  process.env.CDK8S_OUTDIR = outdir;
  const { app } = require('../../examples/polyglot-shop/main') as { app: App };
  const everything = app.node.findAll() as Json[];
  for (const { node } of everything.filter((child) => child.exemptNamespaces !== undefined)) {
    node.scope.node.tryRemoveChild(node.id); // its own, if it has one: this one has every enforcer
  }
  new WasmPolicy(new Chart(app, 'policies'), 'policy', {
    pools: everything.filter((child) => child.runtimeClassNodeSelector !== undefined),
    repositories: ['ghcr.io/acme/'],
    enforcers: Object.values(PolicyEnforcer),
  });
  return app;
}
