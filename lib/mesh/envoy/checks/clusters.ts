import type { EnvoyBootstrap } from '../v3/bootstrap';
import { at, having, isTree, nameOf, type Tree, trees } from './tree';

/** References between listeners and clusters, and what clusters need to become ready and stay so. */
export function clusterProblems(bootstrap: EnvoyBootstrap): string[] {
  const clusters = trees(at(bootstrap, 'static_resources', 'clusters'));
  const names = new Set(clusters.map(nameOf));
  return [
    ...trees(at(bootstrap, 'static_resources', 'listeners')).flatMap((listener) =>
      [...new Set(references(listener))]
        .filter((name) => !names.has(name))
        .map((name) => `listener ${nameOf(listener)} refers to the cluster "${name}", which does not exist`),
    ),
    ...clusters.flatMap(oneCluster),
  ];
}

/** In routes, and in health checks: there an unknown cluster is never healthy. */
const references = (listener: Tree): string[] => [
  ...having(listener, 'cluster')
    .map(({ cluster }) => cluster)
    .filter((cluster) => typeof cluster === 'string'),
  ...having(listener, 'cluster_min_healthy_percentages').flatMap(({ cluster_min_healthy_percentages: wanted }) =>
    isTree(wanted) ? Object.keys(wanted) : [],
  ),
];

function oneCluster(cluster: Tree): string[] {
  const name = nameOf(cluster);
  const problems: string[] = [];
  if (trees(cluster.health_checks).some((check) => check.no_traffic_interval === undefined)) {
    problems.push(`cluster ${name} has a health check without no_traffic_interval: what is late is seen after 60 s`);
  }
  if (at(cluster, 'cluster_type', 'name') === 'envoy.clusters.dns' && cluster.wait_for_warm_on_init !== false) {
    problems.push(`cluster ${name} keeps all listeners closed until DNS answers: wait_for_warm_on_init is not false`);
  }
  return problems;
}
